import { useEffect, useRef, useState } from "react";
import type { Conversation, Me } from "../api/types";
import { useEnding, useTargets, useTransfer } from "../hooks/usePassing";

interface Props {
  conversation: Conversation;
  me: Me;
  /** A group that was suggested. */
  group?: string | undefined;
  close(): void;
}

/** Passes the conversation on: to whom, and whether one stays until it is taken. */
export function TransferDialog({ conversation, me, group, close }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const transfer = useTransfer(me, conversation.conversation_id);
  const ending = useEnding(me, conversation.conversation_id);
  const [to, setTo] = useState(group ? `group:${group}` : "");
  const [warm, setWarm] = useState(true);
  const [briefing, setBriefing] = useState("");
  useEffect(() => dialog.current?.showModal(), []);
  const [kind, name = ""] = split(to);
  const busy = transfer.isPending || ending.isPending;
  const ready = to !== "" && (!warm || briefing.trim() !== "") && !busy;
  const pass = (): void =>
    transfer.mutate({ kind: warm ? "warm" : "cold", briefing: briefing.trim(), ...(kind === "group" ? { to_group: name } : { to_agent: name }) }, { onSuccess: close });
  const problem = transfer.error ?? ending.error;
  return (
    <dialog ref={dialog} className="card pass" aria-labelledby="pass-title" onClose={close}>
      <form
        className="stack gap-3"
        onSubmit={(e) => {
          e.preventDefault();
          if (ready) pass();
        }}
      >
        <h2 id="pass-title">Pass this conversation on</h2>
        <Whom me={me} to={to} setTo={setTo} />
        <fieldset className="stack gap-1">
          <legend className="label">How</legend>
          <label className="row row-1">
            <input type="radio" name="how" checked={warm} onChange={() => setWarm(true)} /> Offer it: I stay until it is taken
          </label>
          <label className="row row-1">
            <input type="radio" name="how" checked={!warm} onChange={() => setWarm(false)} /> At once, with the context alone
          </label>
        </fieldset>
        <label className="stack gap-1">
          <span className="label">Briefing{warm ? "" : ", if you like"}</span>
          <textarea rows={3} maxLength={2000} value={briefing} onChange={(e) => setBriefing(e.target.value)} placeholder="What they need to know first" />
        </label>
        {problem && (
          <p className="xs bad" role="alert">
            {problem.message} Nothing was passed on.
          </p>
        )}
        <div className="row wrap">
          <button type="button" className="btn btn-quiet" disabled={busy} onClick={() => ending.mutate({ how: "requeue" }, { onSuccess: close })}>
            Back to the queue
          </button>
          <button type="button" className="btn push" onClick={close}>
            Keep it
          </button>
          <button className="btn btn-main" disabled={!ready}>
            {transfer.isPending ? "Passing on…" : warm ? "Offer" : "Pass on"}
          </button>
        </div>
      </form>
    </dialog>
  );
}

function split(to: string): [string, string?] {
  const at = to.indexOf(":");
  return at < 0 ? [to] : [to.slice(0, at), to.slice(at + 1)];
}

function Whom({ me, to, setTo }: { me: Me; to: string; setTo(to: string): void }) {
  const targets = useTargets(true);
  const agents = targets.data?.agents.filter((a) => a.agent_id !== me.agent_id) ?? [];
  return (
    <label className="stack gap-1">
      <span className="label">To</span>
      <select className="field" value={to} onChange={(e) => setTo(e.target.value)}>
        <option value="">{targets.isPending ? "Loading…" : "Choose a colleague or a group"}</option>
        <optgroup label="Colleagues">
          {agents.map((a) => (
            <option value={`agent:${a.agent_id}`} key={a.agent_id}>
              {a.name}, {a.status}, {a.load} of {a.max_load}
            </option>
          ))}
        </optgroup>
        <optgroup label="Groups">
          {targets.data?.groups.map((g) => (
            <option value={`group:${g}`} key={g}>
              {g}
            </option>
          ))}
        </optgroup>
      </select>
      {targets.error && <span className="xs bad">{targets.error.message}</span>}
    </label>
  );
}
