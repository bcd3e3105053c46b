import { type FormEvent } from "react";
import { Fault, Why } from "../room/Fault";
import { textOf } from "../room/form";
import { Differences } from "./Differences";
import { usePublish, useWaiting } from "./useHelp";

/** Every draft beside what is published, and the publishing of all of them at once. */
export function Waiting() {
  const waiting = useWaiting();
  const publish = usePublish();
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    publish.mutate({ articles: null, note: textOf(new FormData(event.currentTarget), "note") });
  };
  const release = publish.data?.release;
  return (
    <div className="desk-2">
      <section className="card" aria-label="What changes">
        <h2>What changes</h2>
        {waiting.error && <Fault what="The drafts did not load." error={waiting.error} again={() => void waiting.refetch()} />}
        {waiting.data?.length === 0 && <p className="xs t3">No draft waits. What authors keep and what imports bring stands here until it is published.</p>}
        {waiting.data && <Differences items={waiting.data} />}
      </section>
      <aside className="card" aria-label="Publish">
        <h2>Publish</h2>
        <p className="xs t2">All drafts come into force in the same moment: no answer is ever drawn from half of them.</p>
        <form className="stack gap-2" onSubmit={submit}>
          <label className="stack gap-1">
            <span className="label">Why, for the list of releases</span>
            <span className="field">
              <input name="note" maxLength={300} />
            </span>
          </label>
          <button className="btn btn-main" disabled={!waiting.data?.length || publish.isPending}>
            {publish.isPending ? "Publishing…" : `Publish ${waiting.data?.length ?? 0} drafts`}
          </button>
        </form>
        <Why error={publish.error} />
        {release && (
          <p className="ok xs" role="status">
            Release {release.number} is in force: {publish.data?.articles.length} articles changed.
          </p>
        )}
      </aside>
    </div>
  );
}
