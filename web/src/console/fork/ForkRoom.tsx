import { useMemo, useState } from "react";
import { Icon } from "../../shared/icons";
import { Refusal } from "../api/client";
import type { Conversation } from "../api/types";
import { useDraft } from "../book/draft";
import { forkAt, whyAt } from "../hooks/route";
import { useKeys } from "../hooks/useKeys";
import { go } from "../hooks/useRoute";
import { useTurns } from "../hooks/useWhy";
import { said } from "../why/said";
import { Turns } from "../why/Turns";
import { AS_IT_WAS, changeOf, type Form } from "./change";
import { ForkForm } from "./ForkForm";
import { Steps } from "./Steps";
import { useAsItWas, useFork } from "./useFork";
import "./fork.css";

interface Props {
  conversation: Conversation;
  seq: number;
  thread?: string | undefined;
}

/** A sandbox: one turn with other words, other slots or another book, beside what happened. */
export default function ForkRoom({ conversation, seq, thread = conversation.conversation_id }: Props) {
  const id = conversation.conversation_id;
  const turns = useTurns(id).data ?? [];
  const was = useAsItWas(id, seq, thread);
  const fork = useFork(id, seq, thread);
  const [form, setForm] = useState<Form>(AS_IT_WAS);
  const { draft } = useDraft();
  const files = useMemo(() => Object.fromEntries(Object.entries(draft).map(([name, change]) => [name, change.text])), [draft]);
  const back = whyAt(id, seq, thread);
  const found = fork.data ?? was.data;
  const error = fork.error ?? was.error;
  useKeys({ Escape: () => go(back) });
  return (
    <>
      <Turns conversation={conversation} turns={turns} seq={seq} thread={thread} book={was.data?.was_book ?? null} to={forkAt} />
      <main className="why fork" aria-label="Sandbox">
        <header className="bar">
          <a className="btn btn-quiet btn-sq" href={back} aria-label="Back to why">
            <Icon name="left" />
          </a>
          <h1>What would have happened</h1>
          <span className="chip">turn {seq}</span>
          <span className="chip">sandbox: nothing is sent</span>
        </header>
        <div className="fork-body">
          <ForkForm
            form={form}
            set={setForm}
            asked={said(conversation.timeline, { seq, thread_id: thread }, "inbound")?.text ?? was.data?.steps[0]?.happened ?? ""}
            slots={was.data?.slots ?? {}}
            wasBook={was.data?.was_book ?? ""}
            drafted={Object.keys(files).length}
            busy={fork.isPending}
            go={() => fork.mutate(changeOf(form, was.data?.slots ?? {}, files))}
          />
          {error && <Refused error={error} />}
          {found ? <Steps fork={found} changed={fork.data !== undefined} /> : !error && <p className="t3 pad">Going over it again…</p>}
        </div>
      </main>
    </>
  );
}

/** Why the sandbox did not run; a book with problems names each at its line. */
function Refused({ error }: { error: Error }) {
  const problems = error instanceof Refusal && "problems" in error.problem ? (error.problem.problems as { file: string; line: number; message: string; hint: string }[]) : [];
  return (
    <div className="say say-b" role="alert">
      <div className="grow">
        <b>{error.message}</b>
        {problems.map((p) => (
          <div key={p.file + p.line + p.message}>
            <span className="mono">{`${p.file}:${p.line}`}</span> {p.message} {p.hint}
          </div>
        ))}
      </div>
    </div>
  );
}
