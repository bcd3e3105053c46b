import { useState } from "react";
import { clock, day } from "../../shared/words";
import { Fault } from "../room/Fault";
import { told, words } from "./told";
import type { Line } from "./types";
import { useAudit } from "./useAdmin";

const SUBJECTS = [
  ["", "Everything"],
  ["person", "People"],
  ["key", "Keys"],
  ["customer", "Customers"],
  ["book", "Rule book"],
  ["login", "Sign-ins"],
] as const;

/** Who did what, and when. */
export function Audit() {
  const [subject, setSubject] = useState("");
  const audit = useAudit(subject);
  const lines = audit.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="desk-1">
      <section className="card" aria-label="Audit">
        <header className="row wrap">
          <h2>Audit</h2>
          <div className="seg push" role="group" aria-label="About what">
            {SUBJECTS.map(([key, name]) => (
              <button type="button" key={key} aria-pressed={subject === key} onClick={() => setSubject(key)}>
                {name}
              </button>
            ))}
          </div>
        </header>
        {audit.error && <Fault what="The audit did not load." error={audit.error} again={() => void audit.refetch()} />}
        {audit.isSuccess && lines.length === 0 && <p className="t3 xs">Nothing of this kind was done yet.</p>}
        {lines.length > 0 && <Table lines={lines} />}
        {audit.hasNextPage && (
          <button type="button" className="btn btn-sm" disabled={audit.isFetchingNextPage} onClick={() => void audit.fetchNextPage()}>
            Show older lines
          </button>
        )}
      </section>
    </div>
  );
}

function Table({ lines }: { lines: Line[] }) {
  return (
    <div className="over">
      <table>
        <thead>
          <tr>
            {["When", "Who", "Did", "To", "Detail"].map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.audit_id}>
              <td className="num" style={{ whiteSpace: "nowrap" }}>
                {day(line.at)} {clock(line.at)}
              </td>
              <td>{line.actor}</td>
              <td>{words(line.action)}</td>
              <td className="mono">
                <bdi>{line.subject_id}</bdi>
              </td>
              <td>{told(line.detail)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
