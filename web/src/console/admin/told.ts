const isChange = (value: unknown): value is { from: unknown; to: unknown } => typeof value === "object" && value !== null && "from" in value && "to" in value;

const shown = (value: unknown): string => (Array.isArray(value) ? value.join(", ") || "nothing" : String(value ?? "nothing"));

/** A line's detail as a sentence: what changed from what to what, then the rest by name. */
export function told(detail: Record<string, unknown>): string {
  return Object.entries(detail)
    .filter(([, value]) => value !== "" && value !== null)
    .map(([name, value]) => (isChange(value) ? `${words(name)}: ${shown(value.from)} → ${shown(value.to)}` : `${words(name)}: ${shown(value)}`))
    .join(" · ");
}

/** `person.password_reset` in plain words. */
export function words(name: string): string {
  return name.replace(/[._]/g, " ");
}
