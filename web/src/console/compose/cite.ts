import type { Citation } from "../api/types";
import type { Passage } from "../api/workspace";

/** A draft with the sources it quotes. */
export interface Cited {
  text: string;
  citations: readonly Citation[];
}

/** Puts a passage at the end of what is written, with the number of its source; the same source keeps its number. */
export function withPassage({ text, citations }: Cited, passage: Passage): Cited {
  const known = citations.find((c) => c.url === passage.url);
  const source = known ?? { number: 1 + Math.max(0, ...citations.map((c) => c.number)), title: passage.title, heading: passage.heading, url: passage.url };
  const before = text && !/\s$/.test(text) ? `${text} ` : text;
  return { text: `${before}${passage.text.trim()}[${source.number}]`, citations: known ? citations : [...citations, source] };
}

/** The sources whose number still stands in the text. */
export function stillCited({ text, citations }: Cited): Citation[] {
  return citations.filter((c) => text.includes(`[${c.number}]`));
}
