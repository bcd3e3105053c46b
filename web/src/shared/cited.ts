import type { Citation } from "./entry";

/** A stretch of a reply: plain words, or the mark of a source that exists. */
export type Stretch = { kind: "words"; text: string } | { kind: "cite"; citation: Citation };

/** Splits a reply at its `[n]` marks; a mark without a source stays plain words. */
export function stretches(text: string, citations: readonly Citation[]): Stretch[] {
  const found: Stretch[] = [];
  for (const [i, part] of text.split(/\[(\d{1,2})\]/).entries()) {
    const citation = i % 2 ? citations.find((c) => c.number === Number(part)) : undefined;
    if (citation) found.push({ kind: "cite", citation });
    else if (part) found.push({ kind: "words", text: i % 2 ? `[${part}]` : part });
    const before = found.at(-2);
    if (citation && before?.kind === "words") before.text = before.text.trimEnd();
  }
  return found;
}

/** Keeps links inside http(s) and this site, whatever a source's address says. */
export function safeUrl(url: string): string {
  return /^(https?:\/\/|\/(?!\/)|#)/i.test(url) ? url : "#";
}
