import { useState, type FormEvent } from "react";
import { clock, day } from "../../shared/words";
import { Fault, Why } from "../room/Fault";
import { textOf } from "../room/form";
import { hunk } from "./draft";
import type { FileDifference, Version } from "./types";
import { useDifferences, useRestore, useVersions } from "./useBook";

const MOST_LINES = 30;

/** Every version that was in force, who published it and why; one is put back after a look at what changes. */
export function Versions() {
  const versions = useVersions();
  const [open, setOpen] = useState<string | null>(null);
  const chosen = versions.data?.find((one) => one.version === open);
  return (
    <div className={chosen ? "desk-2" : "desk-1"}>
      <section className="card" aria-label="Versions">
        <h2>Versions</h2>
        {versions.error && <Fault what="The versions did not load." error={versions.error} again={() => void versions.refetch()} />}
        <div className="over">
          <table>
            <thead>
              <tr>
                {["Version", "In force since", "By", "Note"].map((title) => (
                  <th key={title} scope="col">
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {versions.data?.map((one) => (
                <tr key={one.version} className={one.version === open ? "is-open" : ""}>
                  <td>
                    <button type="button" className="btn btn-sm btn-quiet mono" onClick={() => setOpen(one.version)}>
                      {one.version.slice(0, 8)}
                    </button>
                    {one.in_force && <span className="tag tag-ok">in force</span>}
                  </td>
                  <td className="num">
                    {day(one.in_force_at)} {clock(one.in_force_at)}
                  </td>
                  <td>{one.by ?? "the folder"}</td>
                  <td>{one.note ?? ""}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>
      {chosen && <Going key={chosen.version} to={chosen} done={() => setOpen(null)} />}
    </div>
  );
}

/** What going back to a version would change, and the going back. */
function Going({ to, done }: { to: Version; done(): void }) {
  const differences = useDifferences(to.version);
  const restore = useRestore();
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    restore.mutate({ version: to.version, note: textOf(new FormData(event.currentTarget), "note") }, { onSuccess: done });
  };
  return (
    <aside className="card" aria-label={`Version ${to.version.slice(0, 8)}`}>
      <h2 className="mono">{to.version.slice(0, 8)}</h2>
      {differences.error && <Fault what="The differences did not load." error={differences.error} />}
      {differences.data?.length === 0 && <p className="xs t2">The folder holds exactly this version.</p>}
      {differences.data?.map((one) => (
        <File key={one.name} file={one} />
      ))}
      {differences.data && differences.data.length > 0 && (
        <form className="stack gap-2" onSubmit={submit}>
          <label className="stack gap-1">
            <span className="label">Why it comes back</span>
            <span className="field">
              <input name="note" maxLength={500} />
            </span>
          </label>
          <Why error={restore.error} />
          <button className="btn btn-main" disabled={restore.isPending}>
            {restore.isPending ? "Checking…" : `Put ${to.version.slice(0, 8)} back in force`}
          </button>
        </form>
      )}
    </aside>
  );
}

function File({ file }: { file: FileDifference }) {
  const apart = hunk(file.old ?? "", file.new ?? "");
  return (
    <details className="conflict">
      <summary className="mono xs">
        {file.name} {file.old === null ? "comes back" : file.new === null ? "goes" : ""}
      </summary>
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
    </details>
  );
}
