import { safeUrl, stretches } from "../../shared/cited";
import type { Citation, Found } from "../api/types";
import { marked } from "./ledger";

/** A customer's words with what was understood underlined. */
export function CustomerWords({ text, entities }: { text: string; entities: readonly Found[] }) {
  const parts = marked(
    text,
    entities.map((e) => e.value),
  );
  return parts.map((part, i) =>
    part.entity ? (
      <mark className="e" key={i}>
        {part.text}
      </mark>
    ) : (
      part.text
    ),
  );
}

/** A reply with its source marks as links. */
export function CitedWords({ text, citations }: { text: string; citations: readonly Citation[] }) {
  return stretches(text, citations).map((s, i) =>
    s.kind === "words" ? (
      s.text
    ) : (
      <a className="cite" key={i} href={safeUrl(s.citation.url)} target="_blank" rel="noopener" aria-label={`source ${s.citation.number}`}>
        {s.citation.number}
      </a>
    ),
  );
}
