import { useState, type FormEvent } from "react";
import { newId } from "../../shared/id";
import type { Conversation, Me } from "../api/types";
import { talkAt } from "../hooks/route";
import { useTargets } from "../hooks/usePassing";
import { go } from "../hooks/useRoute";
import { useLead } from "./useLead";

interface Props {
  conversation: Conversation;
  me: Me;
}

/** What a supervisor may do here: give it to somebody, take it, or tell its owner something. */
export function LeadPanel({ conversation, me }: Props) {
  const lead = useLead(me, conversation);
  const owner = conversation.owner;
  const closed = conversation.status === "resolved" || conversation.status === "archived";
  if (closed) return <p className="xs t3">This conversation is {conversation.status}; nothing is to be assigned.</p>;
  const mine = owner?.agent_id === me.agent_id;
  return (
    <div className="stack gap-3">
      <Reassign owner={owner?.agent_id ?? null} busy={lead.isPending} give={(to) => lead.mutate({ how: "reassign", to })} />
      {!mine && (
        <button type="button" className="btn" disabled={lead.isPending} onClick={() => lead.mutate({ how: "barge-in" }, { onSuccess: () => go(talkAt(conversation.conversation_id)) })}>
          {owner ? `Take it from ${owner.name}` : "Take it over"}
        </button>
      )}
      {owner && !mine && <Whisper name={owner.name} busy={lead.isPending} tell={(text) => lead.mutate({ how: "whisper", text, message_id: newId() })} />}
      <p className="xs" aria-live="polite">
        {lead.error ? <span className="bad">{lead.error.message}</span> : lead.isSuccess && (lead.variables.how === "whisper" ? "Told." : "Done.")}
      </p>
    </div>
  );
}

function Reassign({ owner, busy, give }: { owner: string | null; busy: boolean; give(to: string): void }) {
  const targets = useTargets(true).data?.agents.filter((a) => a.agent_id !== owner) ?? [];
  const [to, setTo] = useState("");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (to) give(to);
  };
  return (
    <form className="stack gap-1" onSubmit={submit}>
      <label className="stack gap-1">
        <span className="label">Assign to</span>
        <select value={to} onChange={(e) => setTo(e.target.value)}>
          <option value="">choose somebody</option>
          {targets.map((a) => (
            <option key={a.agent_id} value={a.agent_id} disabled={a.load >= a.max_load}>
              {`${a.name}, ${a.status}, ${a.load} of ${a.max_load}`}
            </option>
          ))}
        </select>
      </label>
      <button className="btn btn-sm" disabled={!to || busy}>
        {owner ? "Reassign" : "Assign"}
      </button>
    </form>
  );
}

function Whisper({ name, busy, tell }: { name: string; busy: boolean; tell(text: string): void }) {
  const [text, setText] = useState("");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!text.trim()) return;
    tell(text.trim());
    setText("");
  };
  return (
    <form className="stack gap-1" onSubmit={submit}>
      <label className="stack gap-1">
        <span className="label">Whisper to {name}; the customer never reads it</span>
        <textarea rows={2} dir="auto" value={text} onChange={(e) => setText(e.target.value)} />
      </label>
      <button className="btn btn-sm" disabled={!text.trim() || busy}>
        Whisper
      </button>
    </form>
  );
}
