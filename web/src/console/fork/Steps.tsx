import { Icon } from "../../shared/icons";
import { Waterfall } from "../why/Waterfall";
import { differsIn } from "./change";
import type { Fork, Outcome, Step } from "./types";

/** What happened at the left, what would have happened at the right, turn by turn. */
export function Steps({ fork, changed }: { fork: Fork; changed: boolean }) {
  const apart = fork.steps.filter((step) => step.differs.length > 0).length;
  return (
    <>
      <p className="row wrap xs" aria-live="polite">
        <b>{!changed ? "What happened, gone over again." : apart === 0 ? "Nothing would have been otherwise." : apart === 1 ? "One turn would have been otherwise." : `${apart} turns would have been otherwise.`}</b>
        <span className="t3">
          book {fork.was_book.slice(0, 8)}
          {fork.would_book !== fork.was_book && ` → ${fork.would_book.slice(0, 8)}`}
        </span>
      </p>
      <ol className="steps">
        {fork.steps.map((step) => (
          <li key={step.thread_id + step.seq}>
            <StepPair step={step} />
          </li>
        ))}
      </ol>
      {fork.ended && (
        <p className="xs t2">
          Here the sandbox ends: {fork.ended}. {fork.ended.startsWith("would call") && "The call was not made, so nobody knows what would have followed."}
        </p>
      )}
      {changed && fork.why && (
        <details className="card panel fork-why" open>
          <summary>
            <h2>Why the sandbox said so</h2>
          </summary>
          <Waterfall why={fork.why} />
        </details>
      )}
    </>
  );
}

function StepPair({ step }: { step: Step }) {
  const apart = step.differs.length > 0;
  return (
    <div className={apart ? "card step step-apart" : "card step"}>
      <header className="row wrap xs">
        <b className="medium">Turn {step.seq}</b>
        {apart && <span className="tag tag-acc">{differsIn(step.differs)}</span>}
      </header>
      <Side title="What happened" said={step.happened} outcome={step.was} />
      <Side title="What would have happened" said={step.instead ?? step.happened} outcome={step.would} changed={step.instead !== null} />
    </div>
  );
}

function Side({ title, said, outcome, changed = false }: { title: string; said: string; outcome: Outcome | null; changed?: boolean }) {
  return (
    <section aria-label={title} className="side">
      <h2 className="label">{title}</h2>
      <p dir="auto" className={changed ? "asked asked-new" : "asked"}>
        {said}
      </p>
      {outcome ? <Came outcome={outcome} /> : <p className="xs t3">It did not come so far.</p>}
    </section>
  );
}

function Came({ outcome }: { outcome: Outcome }) {
  const quiet = !outcome.reply.length && !outcome.call && !outcome.failure && !outcome.escalation.length && !outcome.action.length;
  return (
    <>
      {outcome.reply.map((text) => (
        <p dir="auto" className="answered" key={text}>
          {text}
        </p>
      ))}
      <Lines icon="bolt" lines={outcome.action} />
      <Lines icon="stamp" lines={outcome.approval} />
      <Lines icon="hand" lines={outcome.escalation} />
      {outcome.call && (
        <p className="row xs would-call">
          <Icon name="tool" size="sm" /> <span className="mono">{outcome.call}</span>
        </p>
      )}
      {outcome.failure && <p className="xs bad">{outcome.failure}</p>}
      {quiet && <p className="xs t3">Nothing was said.</p>}
      {outcome.places.length > 0 && <p className="xxs mono place">{outcome.places.join(" · ")}</p>}
    </>
  );
}

function Lines({ icon, lines }: { icon: "bolt" | "stamp" | "hand"; lines: readonly string[] }) {
  return lines.map((line) => (
    <p className="row xs" key={line}>
      <Icon name={icon} size="sm" /> <span>{line}</span>
    </p>
  ));
}
