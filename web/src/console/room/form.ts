/** Words that stand in one field, with commas between. */
export function words(text: FormDataEntryValue | null): string[] {
  const parts = String(text ?? "").split(",").map((part) => part.trim());
  return [...new Set(parts.filter(Boolean))];
}

export function textOf(form: FormData, name: string): string {
  return String(form.get(name) ?? "").trim();
}

/** The fields of `after` that differ from `before`; lists differ by their words. */
export function changed<T extends object>(before: Partial<Record<keyof T, unknown>>, after: T): Partial<T> {
  const differing = Object.entries(after).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name as keyof T]));
  return Object.fromEntries(differing) as Partial<T>;
}
