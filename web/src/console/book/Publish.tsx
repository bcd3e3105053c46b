import { useState, type FormEvent } from "react";
import { Why } from "../room/Fault";
import { textOf } from "../room/form";
import type { Draft, Report } from "./types";
import { usePublish } from "./useBook";

interface Props {
  draft: Draft;
  clear(sent: Draft): void;
  report: Report | undefined;
  old: boolean;
  writable: boolean;
}

/** Puts the draft in force; beside the button stands why it is off. */
export function Publish({ draft, clear, report, old, writable }: Props) {
  const publish = usePublish();
  const [open, setOpen] = useState(false);
  const why = reason(draft, report, old, writable);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const note = textOf(new FormData(event.currentTarget), "note");
    publish.mutate(
      { draft, note },
      {
        onSuccess: () => {
          clear(draft);
          setOpen(false);
        },
      },
    );
  };
  return (
    <div className="publish">
      {publish.data && !open && (
        <span className={`xs ${publish.data.in_force ? "ok" : "warn"}`} role="status">
          {publish.data.in_force ? `${publish.data.version.slice(0, 8)} is in force` : `Written. ${publish.data.problems[0]?.message ?? "It waits for another start of the engine."}`}
        </span>
      )}
      {why && <span className="xs t3">{why}</span>}
      <button type="button" className="btn btn-main" disabled={why !== null} aria-expanded={open} onClick={() => setOpen(!open)}>
        Publish
      </button>
      {open && (
        <form className="card stack gap-2 publishing" onSubmit={submit}>
          <label className="stack gap-1">
            <span className="label">What changes, for the list of versions</span>
            <span className="field">
              <input name="note" maxLength={500} autoFocus />
            </span>
          </label>
          <Why error={publish.error} />
          <div className="row">
            <button className="btn btn-main" disabled={publish.isPending || why !== null}>
              {publish.isPending ? "Publishing…" : "Publish the draft"}
            </button>
            <button type="button" className="btn btn-quiet" onClick={() => setOpen(false)}>
              Not yet
            </button>
          </div>
        </form>
      )}
    </div>
  );
}

function reason(draft: Draft, report: Report | undefined, old: boolean, writable: boolean): string | null {
  if (!writable) return "The book's folder cannot be written from here.";
  if (Object.keys(draft).length === 0) return "";
  if (!report || old) return "Checking…";
  if (report.conflicts.length) return "Somebody changed the same file.";
  return report.passed ? null : "Mend the problems first.";
}
