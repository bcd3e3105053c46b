import type { ReactNode } from "react";
import { Icon } from "../../shared/icons";
import { firstName } from "../../shared/words";
import type { Conversation, Me } from "../api/types";
import { useKeys } from "../hooks/useKeys";
import { useNow } from "../hooks/useNow";
import { useReopen, useResolvedAt } from "../hooks/usePassing";

const UNDO_MS = 10_000;

interface Props {
  conversation: Conversation;
  me: Me;
  offline: boolean;
  otherwise: ReactNode;
}

/** For ten seconds after resolving it can be taken back, at the place where it was done; then what else is to be said. */
export function Undo({ conversation, me, offline, otherwise }: Props) {
  const id = conversation.conversation_id;
  const left = useResolvedAt(id) + UNDO_MS - useNow();
  const reopen = useReopen(me, id);
  const undo = left > 0 && !offline && !reopen.isPending ? () => reopen.mutate() : undefined;
  useKeys({ z: undo });
  if (left <= 0 && !reopen.error) return otherwise;
  return (
    <div className="write">
      <div className="not-yours" role="status">
        <Icon name="check" size="sm" className="ok" />
        <p className="grow">
          <b>Resolved.</b> <span className="t2">What {firstName(conversation.profile.name)} writes next, the assistant answers.</span>
        </p>
        {reopen.error ? (
          <span className="xs bad" role="alert">
            {reopen.error.message}
          </span>
        ) : (
          <button type="button" className="btn" disabled={!undo} onClick={undo}>
            {reopen.isPending ? "Taking it back…" : "Undo"} <kbd>z</kbd>
          </button>
        )}
      </div>
    </div>
  );
}
