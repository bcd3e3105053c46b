import type { Conversation, Me } from "../api/types";
import { useClaim } from "../hooks/useConversation";
import { useKeys } from "../hooks/useKeys";
import { voiceOf } from "./ledger";

interface Props {
  conversation: Conversation;
  me: Me;
  offline: boolean;
  small?: boolean;
}

/** Takes the conversation from the assistant, or from the queue; says so when somebody was quicker. */
export function TakeOver({ conversation, me, offline, small = false }: Props) {
  const claim = useClaim(me);
  const { kind } = voiceOf(conversation, me.agent_id);
  const free = kind === "assistant" || kind === "waiting";
  const take = free && !offline && !claim.isPending ? () => claim.mutate(conversation.conversation_id) : undefined;
  useKeys({ o: take });
  if (!free) return null;
  return (
    <>
      {claim.error && (
        <span className="xs bad" role="alert">
          {claim.error.message}
        </span>
      )}
      <button type="button" className={small ? "btn btn-sm" : "btn btn-main"} disabled={!take} onClick={take}>
        {claim.isPending ? "Taking over…" : "Take over"} <kbd>o</kbd>
      </button>
    </>
  );
}
