import { useState, type KeyboardEvent } from "react";
import { Icon } from "../../shared/icons";
import { newId } from "../../shared/id";
import { firstName } from "../../shared/words";
import type { Conversation, Me } from "../api/types";
import { useRelease, useReply } from "../hooks/useConversation";
import { useDraft } from "../hooks/useDraft";
import { useKeys } from "../hooks/useKeys";
import { channelName } from "../shell/marks";
import { voiceOf } from "./ledger";
import { TakeOver } from "./TakeOver";

interface Props {
  conversation: Conversation;
  me: Me;
  offline: boolean;
}

/** Where the agent answers; while somebody else speaks it says who, and how to take over. */
export function Composer(props: Props) {
  const { conversation, me } = props;
  const name = firstName(conversation.profile.name);
  const voice = voiceOf(conversation, me.agent_id);
  switch (voice.kind) {
    case "mine":
      return <Write {...props} />;
    case "assistant":
      return <Aside text={`The assistant answers ${name}. Take over, and it is silent from there.`} {...props} />;
    case "waiting":
      return <Aside text={`${name} waits for a person. The assistant is silent.`} {...props} />;
    case "other":
      return <Aside text={`${voice.name} answers ${name}. You can read along.`} {...props} />;
    case "closed":
      return <Aside text={`This conversation is closed. When ${name} writes again, it opens with the assistant.`} {...props} />;
  }
}

function Aside({ text, ...props }: Props & { text: string }) {
  return (
    <div className="write">
      <div className="not-yours">
        <p className="t2 grow">{text}</p>
        <TakeOver {...props} />
      </div>
    </div>
  );
}

function Write({ conversation, me, offline }: Props) {
  const id = conversation.conversation_id;
  const reply = useReply(me, id);
  const release = useRelease(me);
  const [draft, setDraft] = useDraft(id);
  const [failed, setFailed] = useState<string | null>(null);
  const name = firstName(conversation.profile.name);
  const send = (): void => {
    const text = draft.trim();
    if (!text) return;
    setDraft("");
    setFailed(null);
    reply.mutate(
      { message_id: newId(), text },
      {
        onError: (error) => {
          setDraft(text);
          setFailed(error.message);
        },
      },
    );
  };
  const giveBack = offline || release.isPending ? undefined : () => release.mutate(id);
  useKeys({ u: giveBack });
  const keydown = (event: KeyboardEvent<HTMLTextAreaElement>): void => {
    if (event.key === "Escape") event.currentTarget.blur();
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    send();
  };
  const problem = failed ? `Not sent. ${failed} Try again.` : release.error?.message;
  return (
    <div className="write">
      <div className="box">
        <label className="top xs t3" htmlFor={`reply-${id}`}>
          <b className="medium t2">Reply to {name}</b> by {channelName(conversation.channel).toLowerCase()}
        </label>
        <textarea id={`reply-${id}`} rows={3} dir="auto" value={draft} onChange={(e) => setDraft(e.target.value)} onKeyDown={keydown} />
        <div className="bot-bar">
          <span className="xs t3" role="status">
            {offline ? "No connection: what you send is kept and goes out in order." : draft ? "draft kept" : ""}
          </span>
          {problem && (
            <span className="xs bad row row-1" role="alert">
              <Icon name="warn" size="sm" /> {problem}
            </span>
          )}
          <span className="push row">
            <button type="button" className="btn btn-sm" disabled={!giveBack} onClick={giveBack}>
              {release.isPending ? "Releasing…" : "Release"} <kbd>u</kbd>
            </button>
            <button type="button" className="btn btn-main" disabled={!draft.trim()} onClick={send}>
              Send <kbd>Ctrl ↵</kbd>
            </button>
          </span>
        </div>
      </div>
    </div>
  );
}
