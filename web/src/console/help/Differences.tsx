import { roomAt } from "../rooms";
import type { Difference } from "./types";

const CHANGE = { new: "new", changed: "changed", withdrawn: "withdrawn", same: "no difference" } as const;

/** How articles differ, line by line; each can be opened. */
export function Differences({ items }: { items: readonly Difference[] }) {
  return (
    <>
      {items.map((one) => (
        <details key={one.article_id} className="difference" open={items.length < 6}>
          <summary>
            <b>{one.title || one.article_id}</b> <span className="chip">{CHANGE[one.change]}</span>
          </summary>
          <pre className="mono">
            {one.lines.map((line, number) =>
              line.kind === "gone" ? (
                <del key={number}>{line.text}</del>
              ) : line.kind === "come" ? (
                <ins key={number}>{line.text}</ins>
              ) : (
                <span key={number}>{line.kind === "left_out" ? "…" : line.text}</span>
              ),
            )}
          </pre>
          <a className="xs" href={roomAt("help", "article", one.article_id)}>
            Open {one.article_id}
          </a>
        </details>
      ))}
    </>
  );
}
