import { Refusal } from "../api/client";
import type { Conversation, Me } from "../api/types";
import { useKeys } from "../hooks/useKeys";
import { useEnding } from "../hooks/usePassing";
import { voiceOf } from "./ledger";

interface Props {
  conversation: Conversation;
  me: Me;
  offline: boolean;
}

/** Ends one's own conversation; open approvals are asked about first. */
export function Resolve({ conversation, me, offline }: Props) {
  const ending = useEnding(me, conversation.conversation_id);
  const mine = voiceOf(conversation, me.agent_id).kind === "mine";
  const end = mine && !offline && !ending.isPending ? () => ending.mutate({ how: "resolve" }) : undefined;
  useKeys({ e: end });
  if (!mine) return null;
  const open = ending.error instanceof Refusal && ending.error.problem.type.endsWith("/approvals-open");
  return (
    <span className="row row-1">
      {ending.error && (
        <span className="xs bad" role="alert">
          {ending.error.message}
        </span>
      )}
      {open ? (
        <button type="button" className="btn" onClick={() => ending.mutate({ how: "resolve", leave_approvals: true })}>
          Resolve, leave them open
        </button>
      ) : (
        <button type="button" className="btn" disabled={!end} onClick={end}>
          {ending.isPending ? "Resolving…" : "Resolve"} <kbd>e</kbd>
        </button>
      )}
    </span>
  );
}
