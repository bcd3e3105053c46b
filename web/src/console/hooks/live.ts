import type { QueryKey } from "@tanstack/react-query";
import type { LiveEvent } from "../api/types";
import { keys } from "./keys";

/** Whether the console hears what happens, and since when it does not. */
export type Line =
  | { kind: "connecting" }
  | { kind: "live" }
  | { kind: "offline"; since: number; againAt: number };

/** What has to be asked again after an event. */
export function staleAfter(event: LiveEvent): QueryKey[] {
  const stale: QueryKey[] = [keys.rows, keys.queue];
  if (event.conversation_id) stale.push(keys.conversation(event.conversation_id), keys.suggestions(event.conversation_id));
  switch (event.type) {
    case "approval.requested":
    case "approval.decided":
    case "approval.expired":
      return [...stale, keys.approvals];
    case "conversation.offered":
    case "conversation.assigned":
    case "conversation.requeued":
    case "conversation.claimed":
    case "conversation.released":
    case "conversation.resolved":
      return [...stale, keys.me];
    case "transfer.offered":
    case "transfer.settled":
    case "conversation.transferred":
      return event.conversation_id ? [...stale, keys.me, keys.offered, keys.transfers(event.conversation_id)] : stale;
    case "task.opened":
    case "task.settled":
      return [...stale, keys.tasks];
    case "conversation.tagged":
      return [...stale, keys.tags];
    case "agent.status":
      return [keys.me];
    default:
      return stale;
  }
}

/** The newest events first, each once, no more than `most`. */
export function remember(events: readonly LiveEvent[], next: LiveEvent, most = 60): readonly LiveEvent[] {
  if (events.some((e) => e.event_id === next.event_id)) return events;
  return [next, ...events].slice(0, most);
}
