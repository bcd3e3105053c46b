import type { QueryKey } from "@tanstack/react-query";
import type { LiveEvent, LiveType } from "../api/types";
import { keys } from "./keys";

/** Whether the console hears what happens, and since when it does not. */
export type Line =
  | { kind: "connecting" }
  | { kind: "live" }
  | { kind: "offline"; since: number; againAt: number };

/** Who listens, and which conversations stand in the lists that were loaded. */
export interface Listener {
  myId: string;
  lists: readonly { filter: string; holds(conversationId: string): boolean }[];
}

/** These change what is written in a row, and never which rows a list has. */
const WRITTEN: ReadonlySet<LiveType> = new Set(["message.received", "reply.committed", "notice.sent", "agent.message", "agent.whispered", "action.finished", "task.opened", "task.settled", "conversation.tagged"]);

/** What has to be asked again after an event; of what concerns nobody here, nothing. */
export function staleAfter(event: LiveEvent, listener: Listener): QueryKey[] {
  const { conversation_id: id, type } = event;
  const forMe = Object.values(event.data).includes(listener.myId);
  if (type === "agent.status") return forMe ? [keys.me] : [];
  // An offer changes nothing for anybody but whom it is made to.
  if (type === "conversation.offered") return forMe ? [keys.deskOffers, keys.me] : [];
  const stale = staleRows(event, listener);
  if (id) stale.push(keys.conversation(id), keys.suggestions(id));
  switch (type) {
    case "approval.requested":
    case "approval.decided":
    case "approval.expired":
      return [...stale, keys.approvals];
    case "conversation.assigned":
    case "conversation.requeued":
    case "conversation.claimed":
    case "conversation.released":
    case "conversation.resolved":
      return forMe || isMine(event, listener) ? [...stale, keys.me, keys.deskOffers] : stale;
    case "transfer.offered":
    case "transfer.settled":
    case "conversation.transferred":
      return id ? [...stale, keys.me, keys.offered, keys.transfers(id)] : stale;
    case "task.opened":
    case "task.settled":
      return [...stale, keys.tasks];
    case "conversation.tagged":
      return [...stale, keys.tags];
    default:
      return stale;
  }
}

/** What was written touches the lists that have the conversation, and the one that has all; else every list. */
function staleRows({ type, conversation_id: id }: LiveEvent, { lists }: Listener): QueryKey[] {
  if (!WRITTEN.has(type) || !id) return [keys.rows];
  return lists.filter((list) => list.filter === "all" || list.holds(id)).map((list) => keys.rowsOf(list.filter));
}

function isMine({ conversation_id: id }: LiveEvent, { lists }: Listener): boolean {
  return id !== null && lists.some((list) => list.filter === "mine" && list.holds(id));
}

/** The newest events first, each once, no more than `most`. */
export function remember(events: readonly LiveEvent[], next: LiveEvent, most = 60): readonly LiveEvent[] {
  if (events.some((e) => e.event_id === next.event_id)) return events;
  return [next, ...events].slice(0, most);
}
