import { useState, type FormEvent } from "react";
import { clock, shortDay } from "../../shared/words";
import { Fault, Why } from "../room/Fault";
import { textOf } from "../room/form";
import { Differences } from "./Differences";
import type { Release } from "./types";
import { useDifferences, useReleases, useRestore } from "./useHelp";

/** Everything that was ever answered from; one is brought back after a look at what changes. */
export function Releases() {
  const releases = useReleases();
  const [open, setOpen] = useState<number | null>(null);
  const now = releases.data?.[0];
  const chosen = releases.data?.find((one) => one.number === open);
  return (
    <div className={chosen ? "desk-2" : "desk-1"}>
      <section className="card" aria-label="Releases">
        <h2>Releases</h2>
        {releases.error && <Fault what="The releases did not load." error={releases.error} again={() => void releases.refetch()} />}
        {releases.data?.length === 0 && <p className="xs t3">Nothing was published yet.</p>}
        <div className="over">
          <table>
            <thead>
              <tr>
                {["Release", "Since", "By", "Articles", "Note"].map((title) => (
                  <th key={title} scope="col">
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {releases.data?.map((one) => (
                <tr key={one.number} className={one.number === open ? "is-open" : ""}>
                  <td>
                    <button type="button" className="btn btn-sm btn-quiet num" onClick={() => setOpen(one.number)}>
                      {one.number}
                    </button>
                    {one === now && <span className="tag tag-ok">in force</span>}
                  </td>
                  <td className="num">
                    {shortDay(one.made_at)} {clock(one.made_at)}
                  </td>
                  <td>{one.made_by || "–"}</td>
                  <td className="num">{one.articles}</td>
                  <td>{one.note || (one.restores ? `release ${one.restores} again` : "")}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>
      {chosen && now && <Going key={chosen.number} to={chosen} from={now} done={() => setOpen(null)} />}
    </div>
  );
}

/** What going back would change, and the going back. */
function Going({ to, from, done }: { to: Release; from: Release; done(): void }) {
  const differences = useDifferences(to.number, from.number);
  const restore = useRestore();
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    restore.mutate({ number: to.number, note: textOf(new FormData(event.currentTarget), "note") }, { onSuccess: done });
  };
  return (
    <aside className="card" aria-label={`Release ${to.number}`}>
      <h2>Release {to.number}</h2>
      {differences.error && <Fault what="The differences did not load." error={differences.error} />}
      {differences.data?.length === 0 && <p className="xs t2">It holds exactly what is published now.</p>}
      {differences.data && differences.data.length > 0 && (
        <>
          <p className="xs t2">Going back changes {differences.data.length} articles:</p>
          <Differences items={differences.data} />
          <form className="stack gap-2" onSubmit={submit}>
            <label className="stack gap-1">
              <span className="label">Why it comes back</span>
              <span className="field">
                <input name="note" maxLength={300} />
              </span>
            </label>
            <button className="btn btn-main" disabled={restore.isPending}>
              {restore.isPending ? "Going back…" : `Go back to release ${to.number}`}
            </button>
          </form>
        </>
      )}
      <Why error={restore.error} />
    </aside>
  );
}
