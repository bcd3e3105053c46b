import { useState } from "react";
import { Why } from "../room/Fault";
import { talkAt } from "../hooks/route";
import type { DiffResult, Draft } from "./types";
import { useDiff } from "./useBook";

const SPANS: readonly (readonly [string, number | null])[] = [
  ["7 days", 7],
  ["30 days", 30],
  ["All", null],
];
const EXAMPLES = 5;

/** Which recorded conversations would go otherwise with the draft. */
export function Compare({ draft, passed }: { draft: Draft; passed: boolean }) {
  const [days, setDays] = useState<number | null>(7);
  const { begin, diff, error } = useDiff();
  const running = begin.isPending || diff?.state === "running";
  const empty = Object.keys(draft).length === 0;
  return (
    <section className="verdict" aria-label="Compare">
      <header className="row wrap">
        <h2>Compare</h2>
        <span className="xs t2">the draft with the book in force</span>
        <div className="seg push" role="group" aria-label="Conversations begun within">
          {SPANS.map(([name, span]) => (
            <button type="button" key={name} aria-pressed={days === span} onClick={() => setDays(span)}>
              {name}
            </button>
          ))}
        </div>
        <button type="button" className="btn btn-sm" disabled={running || empty || !passed} onClick={() => begin.mutate({ draft, days })}>
          {running ? `${diff?.compared ?? 0} compared…` : "Compare"}
        </button>
      </header>
      <Why error={error} />
      {!diff && <p className="xs t3">{empty ? "There is no change to compare." : passed ? "Recorded conversations are played on both books; no system is asked." : "A draft with a problem is not compared."}</p>}
      {diff?.state === "failed" && <p className="xs bad">The comparison was not finished. The engine's log says why.</p>}
      {diff?.result && <Result id={diff.diff_id} result={diff.result} />}
    </section>
  );
}

function Result({ id, result }: { id: string; result: DiffResult }) {
  return (
    <>
      <p className="row">
        <b>{result.headline}</b>
        <a className="push xs" href={`/api/v1/book/diffs/${id}/report`} target="_blank" rel="noreferrer">
          Open the report
        </a>
      </p>
      {result.groups.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">What changes</th>
              <th scope="col">Where</th>
              <th scope="col" className="r">
                How many
              </th>
            </tr>
          </thead>
          <tbody>
            {result.groups.map((group) => (
              <tr key={group.what}>
                <td>{group.what}</td>
                <td>
                  {result.differences
                    .filter((one) => one.what === group.what)
                    .slice(0, EXAMPLES)
                    .map((one) => (
                      <a key={one.conversation_id} className="example clip" href={talkAt(one.conversation_id)}>
                        “{one.happened}”
                      </a>
                    ))}
                </td>
                <td className="r num strong">{group.conversations}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {result.remarks.map((remark) => (
        <p key={remark} className="xs t3">
          {remark}
        </p>
      ))}
    </>
  );
}
