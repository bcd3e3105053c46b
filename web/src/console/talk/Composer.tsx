import { useState } from "react";
import { Icon } from "../../shared/icons";
import { firstName } from "../../shared/words";
import type { Conversation, Me } from "../api/types";
import { Write } from "../compose/Write";
import { WriteNote } from "../compose/WriteNote";
import { useKeys } from "../hooks/useKeys";
import { voiceOf } from "./ledger";
import { TakeOver } from "./TakeOver";

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
      return <Aside text={`${voice.name} answers ${name}. You can read along.`} note={note} {...props} />;
    case "closed":
      return <Aside text={`This conversation is closed. When ${name} writes again, it opens with the assistant.`} note={note} {...props} />;
  }
}

function Aside({ text, note, ...props }: Props & { text: string; note(): void }) {
  return (
    <div className="write">
      <div className="not-yours">
        <p className="t2 grow">{text}</p>
        <button type="button" className="btn" onClick={note}>
          <Icon name="note" size="sm" /> Note <kbd>n</kbd>
        </button>
        <TakeOver {...props} />
      </div>
    </div>
  );
}
