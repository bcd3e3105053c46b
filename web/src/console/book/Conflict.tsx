import { hunk } from "./draft";
import type { Change, FileText } from "./types";

const MOST_LINES = 8;

/** Somebody published another change of the same file: theirs and mine beside each other, nothing lost. */
export function Conflict({ name, mine, theirs, put }: { name: string; mine: Change; theirs: FileText | undefined; put(name: string, change: Change | null): void }) {
  const apart = theirs && mine.text !== null ? hunk(theirs.text, mine.text) : null;
  return (
    <div className="say say-w conflict" role="alert">
      <div className="grow stack gap-1">
        <p>
          <b>Somebody changed this file meanwhile.</b> Your text is kept. Theirs is in force; where the two part:
        </p>
        {apart && (
          <pre className="mono">
            {apart.gone.slice(0, MOST_LINES).map((line, i) => (
              <del key={`g${i}`}>{line || " "}</del>
            ))}
            {apart.come.slice(0, MOST_LINES).map((line, i) => (
              <ins key={`c${i}`}>{line || " "}</ins>
            ))}
          </pre>
        )}
        <div className="row wrap">
          <button type="button" className="btn btn-sm" onClick={() => put(name, null)}>
            Take theirs
          </button>
          <button type="button" className="btn btn-sm" disabled={!theirs} onClick={() => theirs && put(name, { text: mine.text, was: theirs.fingerprint })}>
            Put mine in its place
          </button>
        </div>
      </div>
    </div>
  );
}
