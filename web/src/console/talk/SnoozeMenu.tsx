import { Icon } from "../../shared/icons";
import { clock, day } from "../../shared/words";
import type { Conversation } from "../api/types";
import { useSnooze } from "../hooks/useWorkspace";
import { laterThan } from "./snooze";
import { useMenu } from "./useMenu";

/** Puts the conversation aside until a time; it comes back by itself, or when the customer writes. */
export function SnoozeMenu({ conversation, offline }: { conversation: Conversation; offline: boolean }) {
  const { menu, close } = useMenu();
  const snooze = useSnooze(conversation.conversation_id);
  const { snoozed_until: until, status } = conversation;
  if (status === "resolved" || status === "archived") return null;
  const off = offline || snooze.isPending;
  const put = (at: Date | null): void => snooze.mutate(at, { onSuccess: close });
  return (
    <details className="menu" ref={menu}>
      <summary className="btn btn-quiet" aria-label={until ? `Snoozed until ${day(until)} ${clock(until)}` : "Snooze"}>
        <Icon name="clock" />
        {until && clock(until)}
      </summary>
      <div className="card stack gap-1">
        {until && (
          <button type="button" className="btn btn-sm" disabled={off} onClick={() => put(null)}>
            Bring it back now
          </button>
        )}
        {laterThan(new Date()).map((later) => (
          <button type="button" className="btn btn-sm btn-quiet" key={later.name} disabled={off} onClick={() => put(later.at)}>
            {later.name}
          </button>
        ))}
        <label className="field xs">
          <span className="t3">At</span>
          <input type="datetime-local" disabled={off} onChange={(e) => e.target.value && put(new Date(e.target.value))} />
        </label>
        <p className="xxs t3">A message of the customer brings it back sooner.</p>
        {snooze.error && (
          <p className="xs bad" role="alert">
            {snooze.error.message}
          </p>
        )}
      </div>
    </details>
  );
}
