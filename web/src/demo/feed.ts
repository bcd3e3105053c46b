import type { LiveEvent } from "../console/api/types";
import type { IconName } from "../shared/icons";

export interface FeedLine {
  icon: IconName;
  text: string;
  aside: string;
}

const LINES: Partial<Record<LiveEvent["type"], [IconName, string]>> = {
  "message.received": ["inbox", "Message stored, a worker has it"],
  "reply.committed": ["shieldok", "Reply passed the rails, committed and delivered"],
  "notice.sent": ["bell", "Notice sent"],
  "approval.requested": ["stamp", "Approval asked. Nothing has been done yet."],
  "approval.decided": ["check", "Approval decided, the action goes on"],
  "approval.expired": ["clock", "Approval expired, nothing was done"],
  "action.finished": ["tool", "Action finished, its outcome is in the journal"],
  "handoff.requested": ["hand", "Handed to a person, the assistant is silent"],
  "handoff.withdrawn": ["undo", "Handoff withdrawn, the assistant goes on"],
  "conversation.claimed": ["user", "An agent took over"],
  "conversation.released": ["assist", "Released, the assistant goes on"],
  "conversation.resolved": ["check", "Resolved"],
  "task.opened": ["warn", "Only a person can settle this"],
  "task.settled": ["check", "A person found out what happened"],
  "note.added": ["note", "A note for colleagues"],
  "conversation.snoozed": ["clock", "Put aside until a time"],
  "conversation.returned": ["bell", "Back from its snooze"],
  "agent.message": ["send", "The agent’s words were delivered"],
  "agent.status": ["users", "An agent’s status changed"],
};

/** An event of the engine in words, with what it cost where that is known. */
export function feedLine(event: LiveEvent): FeedLine {
  const [icon, text] = LINES[event.type] ?? ["dots", event.type];
  return { icon, text, aside: asideOf(event.data) };
}

function asideOf(data: Record<string, unknown>): string {
  if (typeof data.cpu_ms === "number") return `${data.cpu_ms.toFixed(1)} ms CPU`;
  if (typeof data.ms === "number") return `${data.ms.toFixed(0)} ms`;
  return typeof data.seq === "number" ? `turn ${data.seq}` : "";
}
