import type { Conversation, Me } from "../api/types";
import { withPassage } from "../compose/cite";
import { Quote } from "../compose/Quote";
import { useDraft } from "../hooks/useDraft";
import { voiceOf } from "../talk/ledger";

/** The published articles beside the conversation; in one's own, a passage goes into the reply with its source. */
export function Knowledge({ conversation, me }: { conversation: Conversation; me: Me }) {
  const [draft, write] = useDraft(conversation.conversation_id);
  const mine = voiceOf(conversation, me.agent_id).kind === "mine";
  return <Quote language={conversation.profile.language} insert={mine ? (passage) => write(withPassage(draft, passage)) : undefined} />;
}
