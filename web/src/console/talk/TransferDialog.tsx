import { useEffect, useRef, useState } from "react";
import { firstName } from "../../shared/words";
import type { Targets } from "../api/passing";
import type { Conversation, Me } from "../api/types";
import { useEnding, useTargets, useTransfer } from "../hooks/usePassing";
import { Avatar } from "../shell/marks";

interface Props {
  conversation: Conversation;
  me: Me;
  /** A group that was suggested. */
  group?: string | undefined;
  close(): void;
}

/** To whom: a colleague by id, or a group by name. */
type To = { kind: "agent"; id: string; name: string } | { kind: "group"; id: string; name: string };

/** Passes the conversation on: to whom, what they read first, and whether one stays until it is taken. */
export function TransferDialog({ conversation, me, group, close }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const transfer = useTransfer(me, conversation.conversation_id);
  const ending = useEnding(me, conversation.conversation_id);
  const [to, setTo] = useState<To | null>(group ? { kind: "group", id: group, name: group } : null);
  const [warm, setWarm] = useState(true);
  const [briefing, setBriefing] = useState("");
  useEffect(() => dialog.current?.showModal(), []);
  const busy = transfer.isPending || ending.isPending;
  const ready = to !== null && (!warm || briefing.trim() !== "") && !busy;
  const pass = (): void => {
    if (!to || !ready) return;
    const order = { kind: warm ? ("warm" as const) : ("cold" as const), briefing: briefing.trim() };
    transfer.mutate(to.kind === "group" ? { ...order, to_group: to.id } : { ...order, to_agent: to.id }, { onSuccess: close });
  };
  const problem = transfer.error ?? ending.error;
  const name = firstName(conversation.profile.name);
  return (
    <dialog ref={dialog} className="card pass" aria-labelledby="pass-title" onClose={close}>
      <form
        className="stack gap-3"
        onSubmit={(e) => {
          e.preventDefault();
          pass();
        }}
      >
        <div className="row">
          <h2 id="pass-title">Transfer</h2>
          <div className="seg push" role="group" aria-label="How">
            <button type="button" aria-pressed={warm} onClick={() => setWarm(true)}>
              Warm, with briefing
            </button>
            <button type="button" aria-pressed={!warm} onClick={() => setWarm(false)}>
              Cold
            </button>
          </div>
        </div>
        <Whom me={me} to={to} setTo={setTo} />
        <label className="field">
          <span className="t3 xs">Briefing</span>
          <input maxLength={2000} value={briefing} onChange={(e) => setBriefing(e.target.value)} />
        </label>
        {problem && (
          <p className="xs bad" role="alert">
            {problem.message} Nothing was passed on.
          </p>
        )}
        <div className="row wrap">
          <button className="btn btn-main" disabled={!ready}>
            {transfer.isPending ? "Transferring…" : to ? `Transfer to ${to.kind === "agent" ? firstName(to.name) : to.name}` : "Transfer"}
          </button>
          <span className="xs t3 grow">{warm ? `You stay with ${name} until it is taken.` : `${name} reads who comes.`}</span>
          <button type="button" className="btn btn-quiet btn-sm" disabled={busy} onClick={() => ending.mutate({ how: "requeue" }, { onSuccess: close })}>
            Back to the queue
          </button>
          <button type="button" className="btn btn-quiet btn-sm" onClick={close}>
            Keep it
          </button>
        </div>
      </form>
    </dialog>
  );
}

function Whom({ me, to, setTo }: { me: Me; to: To | null; setTo(to: To): void }) {
  const targets = useTargets(true);
  if (targets.error)
    return (
      <p className="xs bad" role="alert">
        The colleagues did not load. {targets.error.message}
      </p>
    );
  return (
    <fieldset className="whom" aria-busy={targets.isPending}>
      <legend className="vh">To whom</legend>
      {optionsOf(targets.data, me).map(({ target, about, off }) => (
        <label className="row" key={target.kind + target.id}>
          <input type="radio" name="whom" disabled={off} checked={to?.kind === target.kind && to.id === target.id} onChange={() => setTo(target)} />
          <Avatar name={target.name} size="av-sm" />
          <span className={off ? "grow clip t3" : "grow clip medium"}>{target.name}</span>
          <span className={off ? "xs warn" : "xs t3 num"}>{about}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** Colleagues with room first, then groups; who is away or full is shown with the reason. */
export function optionsOf(targets: Targets | undefined, me: Pick<Me, "agent_id">): { target: To; about: string; off: boolean }[] {
  const agents = (targets?.agents ?? []).filter((a) => a.agent_id !== me.agent_id);
  return [
    ...agents.map((a) => {
      const full = a.load >= a.max_load;
      const about = a.status !== "online" ? a.status : full ? "full" : `${a.load} of ${a.max_load}`;
      return { target: { kind: "agent" as const, id: a.agent_id, name: a.name }, about, off: a.status === "offline" };
    }),
    ...(targets?.groups ?? []).map((name) => ({ target: { kind: "group" as const, id: name, name }, about: "group", off: false })),
  ];
}
