import { useState, type FormEvent } from "react";
import { talkAt, whyAt } from "../hooks/route";
import { Fault, Why } from "../room/Fault";
import { textOf } from "../room/form";
import type { Correction, Doubtful } from "./types";
import { useCorrections, useDoubtful, useLabel, useReview } from "./useEvals";

/** What people corrected, to be accepted; what was understood with little confidence, to be labelled. */
export function Labelling() {
  const corrections = useCorrections();
  const doubtful = useDoubtful();
  return (
    <div className="desk-1">
      <section className="card" aria-label="Corrections">
        <h2>Corrections of colleagues</h2>
        <p className="xs t2">What is accepted is learnt from, or measured with; never both.</p>
        {corrections.error && <Fault what="The corrections did not load." error={corrections.error} again={() => void corrections.refetch()} />}
        {corrections.data?.length === 0 && <p className="xs t3">None waits. Agents correct a turn in its conversation.</p>}
        {corrections.data?.map((one) => (
          <Review key={one.correction_id} correction={one} />
        ))}
      </section>
      <section className="card" aria-label="Doubtful messages">
        <header className="row wrap">
          <h2>Understood with little confidence</h2>
          {doubtful.data && <span className="xs t3 num">{doubtful.data.labelled} labelled so far</span>}
          <span className="row push xs">
            <a href="/api/v1/evals/labels/export?use=training" download="labels-training.ndjson">
              Labels to learn from
            </a>
            <a href="/api/v1/evals/labels/export?use=evaluation" download="labels-evaluation.ndjson">
              Labels to measure with
            </a>
          </span>
        </header>
        {doubtful.error && <Fault what="The messages did not load." error={doubtful.error} again={() => void doubtful.refetch()} />}
        {doubtful.data?.items.length === 0 && <p className="xs t3">Nothing of the last thirty days waits for a label.</p>}
        <datalist id="intents">{doubtful.data?.intents.map((intent) => <option key={intent} value={intent} />)}</datalist>
        <ol className="doubts">
          {doubtful.data?.items.map((one) => (
            <Doubt key={one.entry_id} doubt={one} intents={doubtful.data.intents} />
          ))}
        </ol>
      </section>
    </div>
  );
}

function Review({ correction }: { correction: Correction }) {
  const review = useReview();
  const decide = (status: "accepted" | "rejected") => () => review.mutate({ id: correction.correction_id, status });
  return (
    <article className="correction xs">
      <p>
        “{correction.message}” <a href={whyAt(correction.conversation_id, correction.seq)}>Why</a>
      </p>
      <p className="t2">
        {correction.kind === "answer" ? `Said: “${correction.reply}” Right would be: “${correction.answer}”` : `${correction.was ?? "nothing"} → ${correction.should_be ?? "nothing"}`}
        {correction.author && `, says ${correction.author}`}
        {correction.note && ` (${correction.note})`}
      </p>
      <div className="row">
        <button type="button" className="btn btn-sm" disabled={review.isPending} onClick={decide("accepted")}>
          Accept
        </button>
        <button type="button" className="btn btn-sm btn-quiet" disabled={review.isPending} onClick={decide("rejected")}>
          Reject
        </button>
        <Why error={review.error} />
      </div>
    </article>
  );
}

function Doubt({ doubt, intents }: { doubt: Doubtful; intents: readonly string[] }) {
  const label = useLabel();
  const [intent, setIntent] = useState(doubt.intent ?? "");
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    label.mutate({ entry: doubt.entry_id, intent: textOf(new FormData(event.currentTarget), "intent") });
  };
  return (
    <li>
      <p>
        <a href={talkAt(doubt.conversation_id)}>“{doubt.text}”</a> <span className="xs t3 num">{doubt.confidence.toFixed(2)}</span>
      </p>
      <form className="row wrap" onSubmit={submit}>
        <label className="field">
          <span className="vh">What “{doubt.text}” means</span>
          <input name="intent" list="intents" required value={intent} onChange={(e) => setIntent(e.target.value)} />
        </label>
        <button className="btn btn-sm" disabled={label.isPending || !intents.includes(intent)}>
          {intent === doubt.intent ? "It was right" : "It means this"}
        </button>
        <button type="button" className="btn btn-sm btn-quiet" disabled={label.isPending} onClick={() => label.mutate({ entry: doubt.entry_id, intent: null })}>
          Leave it
        </button>
        <Why error={label.error} />
      </form>
    </li>
  );
}
