import type { LiveEvent, Me, Row } from "../api/types";

/** Something that an agent would want to hear of, in words. */
export interface News {
  title: string;
  about: string;
  conversationId: string | null;
}

/** The events that came after one that is known, the oldest first; at a first look, those after the page was opened. */
export function since(events: readonly LiveEvent[], known: string | undefined, openedAt: number): LiveEvent[] {
  if (known === undefined) return events.filter((e) => Date.parse(e.at) > openedAt).reverse();
  const at = events.findIndex((e) => e.event_id === known);
  return events.slice(0, at < 0 ? events.length : at).reverse();
}

/** What an event means for oneself; null for what is everybody's or nobody's. */
export function newsOf(event: LiveEvent, me: Pick<Me, "agent_id">, mine: readonly Row[]): News | null {
  const row = mine.find((r) => r.conversation_id === event.conversation_id);
  const name = row?.customer.name ?? "A customer";
  const { data } = event;
  const told = (title: string, about = ""): News => ({ title, about, conversationId: event.conversation_id });
  const forMe = (field: string): boolean => data[field] === me.agent_id;
  switch (event.type) {
    case "message.received":
      return row ? told(`${name} wrote`) : null;
    case "handoff.requested":
      return told("A conversation waits for a person", words(data.reason_text) || words(data.reason));
    case "conversation.returned":
      return forMe("agent_id") && data.because === "time" ? told(`${name} is back from its snooze`) : null;
    case "note.added":
      return Array.isArray(data.mentions) && data.mentions.includes(me.agent_id) && !forMe("agent_id") ? told(`${words(data.agent_name) || "A colleague"} named you`, words(data.text)) : null;
    case "transfer.offered":
      return forMe("to_agent") ? told("A conversation is offered to you", words(data.from_name)) : null;
    case "conversation.offered":
      return forMe("agent_id") ? told(`${words(data.customer_name) || "A customer"} is offered to you`, words(data.preview)) : null;
    case "conversation.assigned":
      return forMe("agent_id") ? told("A conversation was given to you") : null;
    case "approval.requested":
      return row ? told(`${name}: a decision is needed`) : null;
    default:
      return null;
  }
}

function words(value: unknown): string {
  return typeof value === "string" ? value : "";
}
