import type { Conversation, Me, Row } from "../api/types";
import { useReadMark } from "../hooks/useWorkspace";
import { useSeen } from "../hooks/useSeen";
import { Composer } from "./Composer";
import { Header } from "./Header";
import { Ledger } from "./Ledger";
import { OfferLine } from "./OfferLine";

interface Props {
  conversation: Conversation;
  me: Me;
  offline: boolean;
  row: Row | undefined;
  showContext(): void;
}

/** One conversation: whose it is, what was said, and where to answer. */
export function Talk({ conversation, me, offline, row, showContext }: Props) {
  const id = conversation.conversation_id;
  useReadMark(id, conversation.timeline.at(-1)?.entry_no, useSeen() && !offline);
  return (
    <main className="talk" aria-label={`Conversation with ${conversation.profile.name ?? "an unknown visitor"}`}>
      <Header conversation={conversation} me={me} offline={offline} row={row} showContext={showContext} />
      <OfferLine conversationId={id} me={me} offline={offline} />
      <Ledger conversation={conversation} me={me} offline={offline} key={id} />
      <Composer conversation={conversation} me={me} offline={offline} key={`write:${id}`} />
    </main>
  );
}
