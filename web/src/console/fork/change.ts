import type { Change, Scalar } from "./types";

/** What stands in the form; empty means as it was. */
export interface Form {
  message: string;
  slots: Record<string, string>;
  /** `""` is the book as it was, `current` the one in force, `draft` one's own changes to that. */
  version: string;
  file: string;
  text: string;
}

export const AS_IT_WAS: Form = { message: "", slots: {}, version: "", file: "", text: "" };

/** The name under which one's own draft is chosen. */
export const DRAFT = "draft";

/** Files that take the place of the book's own; null leaves one out. */
export type Files = Record<string, string | null>;

/** What the form asks to be otherwise. */
export function changeOf(form: Form, slots: Record<string, unknown>, draft: Files = {}): Change {
  const changed = Object.entries(form.slots).filter(([name, text]) => text !== shownSlot(slots[name]));
  const files = filesOf(form, draft);
  const version = form.version === DRAFT ? "" : form.version;
  return {
    ...(form.message.trim() && { message: form.message.trim() }),
    ...(changed.length > 0 && { slots: Object.fromEntries(changed.map(([name, text]) => [name, scalar(text, slots[name])])) }),
    ...((version || files) && { book: { version: version || "current", ...(files && { files }) } }),
  };
}

function filesOf(form: Form, draft: Files): Files | null {
  const one = form.file.trim();
  const files = { ...(form.version === DRAFT && draft), ...(one && { [one]: form.text || null }) };
  return Object.keys(files).length ? files : null;
}

/** A slot as it stands in a field. */
export function shownSlot(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Slots that a field can hold: words, numbers, yes and no. */
export function plainSlots(slots: Record<string, unknown>): string[] {
  return Object.keys(slots).filter((name) => slots[name] === null || typeof slots[name] !== "object");
}

/** Text in a field as a value of the kind that stood there before. */
function scalar(text: string, before: unknown): Scalar {
  if (text === "") return null;
  if (typeof before === "number" && Number.isFinite(Number(text))) return Number(text);
  if (typeof before === "boolean") return ["true", "yes", "1"].includes(text.toLowerCase());
  return text;
}

const KINDS: Record<string, string> = {
  reply: "says something else",
  action: "does something else",
  approval: "asks for another approval",
  escalation: "hands over otherwise",
  call: "would ask a system",
  failure: "fails",
};

/** In which respects two outcomes differ, in words. */
export function differsIn(kinds: readonly string[]): string {
  return kinds.map((kind) => KINDS[kind] ?? kind).join(", ");
}
