import { useState } from "react";
import { Icon } from "../../shared/icons";
import { clock } from "../../shared/words";
import type { Task } from "../api/workspace";
import { useSettle } from "../hooks/useTasks";
import { FINDINGS, FOLLOWS, KINDS } from "./task";

/** A task at its place in the conversation: a form while it is open, one line afterwards. */
export function TaskCard({ task, offline }: { task: Task; offline: boolean }) {
  if (task.status === "open") return <OpenTask task={task} offline={offline} />;
  return (
    <div className="done" role="status">
      <Icon name="check" size="sm" className="ok" />
      <span className="grow">
        <b>
          {task.label} {task.subject}: {task.status.replaceAll("_", " ")}
        </b>{" "}
        <span className="t3">
          {task.settled_by && `found out by ${task.settled_by}`}
          {task.settled_at && `, ${clock(task.settled_at)}`} {task.note}
        </span>
      </span>
    </div>
  );
}

function OpenTask({ task, offline }: { task: Task; offline: boolean }) {
  const settle = useSettle(task);
  const [note, setNote] = useState("");
  const off = offline || settle.isPending;
  return (
    <section className="ask" aria-label={`${task.label}: a person is needed`}>
      <header>
        <Icon name="warn" />
        {task.label} {task.subject}: {KINDS[task.kind]}
        {task.looks_again_at && <span className="push xs num expiry">looked up again at {clock(task.looks_again_at)}</span>}
      </header>
      <dl className="facts">
        <dt>Why</dt>
        <dd>{task.reason}</dd>
        {Object.entries(task.args).map(([name, value]) => (
          <Fact key={name} name={name.replaceAll("_", " ")} value={typeof value === "object" ? JSON.stringify(value) : String(value)} />
        ))}
        {task.outcomes.map((outcome) => (
          <Fact key={outcome} name={FINDINGS[outcome]} value={FOLLOWS[outcome]} />
        ))}
      </dl>
      <div className="respond">
        <label className="label" htmlFor={`note-${task.task_id}`}>
          What you found out, for colleagues
        </label>
        <textarea id={`note-${task.task_id}`} rows={2} maxLength={2000} value={note} onChange={(e) => setNote(e.target.value)} />
      </div>
      <footer>
        {task.outcomes.map((outcome, i) => (
          <button type="button" key={outcome} className={i === 0 ? "btn btn-main" : "btn"} disabled={off} onClick={() => settle.mutate({ outcome, note: note.trim() })}>
            {FINDINGS[outcome]}
          </button>
        ))}
        <span className="push xs t3">{offline ? "Needs a connection." : "The first finding counts."}</span>
        {settle.error && (
          <p className="xs bad" role="alert">
            {settle.error.message}
          </p>
        )}
      </footer>
    </section>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}
