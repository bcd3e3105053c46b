import { useState, type FormEvent } from "react";
import { useCorrect, useCorrections, type CorrectionKind } from "../hooks/useCorrections";
import { useTargets } from "../hooks/usePassing";
import { useWhy } from "../hooks/useWhy";
import { useMenu } from "./useMenu";

const KINDS: [CorrectionKind, string][] = [
  ["answer", "Wrong answer"],
  ["intent", "Wrong intent"],
  ["queue", "Wrong queue"],
];
const WRONG: Record<CorrectionKind, string> = { answer: "answer", intent: "intent", queue: "queue" };

interface Props {
  conversationId: string;
  seq: number;
}

/** Says what was wrong with a turn, where it stands; others learn from it. */
export function Correct({ conversationId, seq }: Props) {
  const { menu, close } = useMenu();
  const [open, setOpen] = useState(false);
  const known = useCorrections(conversationId).data?.filter((c) => c.seq === seq) ?? [];
  return (
    <>
      {known.map((c) => (
        <span className="chip" key={c.correction_id} title={[c.should_be && `should be ${c.should_be}`, c.author && `said ${c.author}`].filter(Boolean).join(", ")}>
          wrong {WRONG[c.kind]}
        </span>
      ))}
      <details className="menu correct" ref={menu} onToggle={(e) => setOpen(e.currentTarget.open)}>
        <summary className="as-link">correct</summary>
        {open && <Form conversationId={conversationId} seq={seq} close={close} />}
      </details>
    </>
  );
}

function Form({ conversationId, seq, close }: Props & { close(): void }) {
  const correct = useCorrect(conversationId);
  const [kind, setKind] = useState<CorrectionKind>("answer");
  const [shouldBe, setShouldBe] = useState("");
  const [answer, setAnswer] = useState("");
  const ready = (kind === "answer" ? answer.trim() !== "" : shouldBe.trim() !== "") && !correct.isPending;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (ready) correct.mutate({ seq, kind, should_be: kind === "answer" ? null : shouldBe.trim(), answer: kind === "answer" ? answer.trim() : "", note: "" }, { onSuccess: close });
  };
  return (
    <form className="card stack gap-2" aria-label="What was wrong" onSubmit={submit}>
      <div className="seg" role="group" aria-label="What was wrong">
        {KINDS.map(([key, name]) => (
          <button type="button" key={key} aria-pressed={kind === key} onClick={() => setKind(key)}>
            {name}
          </button>
        ))}
      </div>
      {kind === "answer" ? (
        <label className="stack gap-1">
          <span className="label">What it should have said</span>
          <textarea rows={3} maxLength={4000} value={answer} onChange={(e) => setAnswer(e.target.value)} />
        </label>
      ) : (
        <ShouldBe kind={kind} conversationId={conversationId} seq={seq} value={shouldBe} set={setShouldBe} />
      )}
      {correct.error && (
        <p className="xs bad" role="alert">
          {correct.error.message}
        </p>
      )}
      <div className="row">
        <button className="btn btn-sm btn-main" disabled={!ready}>
          Correct
        </button>
        <span className="xxs t3">A colleague reviews it before anything is learnt.</span>
      </div>
    </form>
  );
}

/** The right intent, with what else was thought likely; or the right group. */
function ShouldBe({ kind, conversationId, seq, value, set }: Props & { kind: "intent" | "queue"; value: string; set(value: string): void }) {
  const why = useWhy(conversationId, kind === "intent" ? seq : null).data;
  const groups = useTargets(kind === "queue").data?.groups ?? [];
  const offered = kind === "intent" ? (why?.understanding.ranking ?? []).slice(1, 6).map((r) => r.name) : groups;
  return (
    <div className="stack gap-1">
      <label className="field">
        <span className="vh">{kind === "intent" ? "The right intent" : "The right group"}</span>
        <input value={value} placeholder={kind === "intent" ? "the right intent" : "the right group"} maxLength={200} onChange={(e) => set(e.target.value)} />
      </label>
      <div className="row row-1 wrap">
        {offered.map((name) => (
          <button type="button" className="chip" key={name} onClick={() => set(name)}>
            {name}
          </button>
        ))}
      </div>
    </div>
  );
}
