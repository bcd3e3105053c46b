import { useState } from "react";
import { Icon } from "../../shared/icons";
import { firstName } from "../../shared/words";
import type { Conversation, Me } from "../api/types";
import { useLead } from "../board/useLead";
import { Write } from "../compose/Write";
import { WriteNote } from "../compose/WriteNote";
import { useKeys } from "../hooks/useKeys";
import { roomNamed } from "../rooms";
import { voiceOf } from "./ledger";
import { TakeOver } from "./TakeOver";
import { Undo } from "./Undo";

interface Props {
  conversation: Conversation;
  me: Me;
  offline: boolean;
}

/** Where the agent answers; while somebody else speaks it says who, and how to take over. A note is always possible. */
export function Composer(props: Props) {
  const { conversation, me } = props;
  const [noting, setNoting] = useState(false);
  useKeys({ n: () => setNoting(true) });
  const name = firstName(conversation.profile.name);
  const voice = voiceOf(conversation, me.agent_id);
  if (voice.kind === "mine") return <Write {...props} noting={noting} setNoting={setNoting} />;
  if (noting) return <WriteNote {...props} close={() => setNoting(false)} />;
  const note = (): void => setNoting(true);
  switch (voice.kind) {
    case "assistant":
      return <Aside text={`The assistant answers ${name}. Take over, and it is silent from there.`} note={note} {...props} />;
    case "waiting":
      return <Aside text={`${name} waits for a person. The assistant is silent.`} note={note} {...props} />;
    case "other":
      return <Aside text={`${voice.name} answers ${name}. You can read along.`} note={note} {...props} from={voice.name} />;
    case "closed":
      return <Undo {...props} otherwise={<Aside text={`This conversation is closed. When ${name} writes again, it opens with the assistant.`} note={note} {...props} />} />;
  }
}

function Aside({ text, note, from, ...props }: Props & { text: string; note(): void; from?: string }) {
  return (
    <div className="write">
      <div className="not-yours">
        <p className="t2 grow">{text}</p>
        <button type="button" className="btn" onClick={note}>
          <Icon name="note" size="sm" /> Note <kbd>n</kbd>
        </button>
        {from ? <StepIn {...props} from={from} /> : <TakeOver {...props} />}
      </div>
    </div>
  );
}

/** Takes a conversation out of a colleague's hands; for those who have the board. */
function StepIn({ conversation, me, offline, from }: Props & { from: string }) {
  const lead = useLead(me, conversation);
  const leads = roomNamed("board", me.role) !== null;
  const step = leads && !offline && !lead.isPending ? () => lead.mutate({ how: "barge-in" }) : undefined;
  useKeys({ o: step });
  if (!leads) return null;
  return (
    <>
      {lead.error && (
        <span className="xs bad" role="alert">
          {lead.error.message}
        </span>
      )}
      <button type="button" className="btn" disabled={!step} onClick={step}>
        {lead.isPending ? "Taking over…" : `Take it from ${firstName(from)}`} <kbd>o</kbd>
      </button>
    </>
  );
}
