import { day } from "../../shared/words";
import type { Approval, Conversation, Entry } from "../api/types";
import type { Task } from "../api/workspace";

/** Where the sentiment thread stands beside a line, and where it comes from. */
export interface Thread {
  x: number;
  from: number;
  score: number | null;
}

/** One line of the conversation as the console shows it. */
export type LedgerLine =
  | { kind: "split"; key: string; channel: string; day: string; thread: Thread }
  | { kind: "entry"; key: string; entry: Entry; thread: Thread; scoreBefore: number | null }
  | { kind: "approval"; key: string; approval: Approval; thread: Thread }
  | { kind: "task"; key: string; task: Task; thread: Thread };

/** What is asked of a person, to be placed where it was asked. */
type Asked = { kind: "approval"; key: string; approval: Approval; at: number } | { kind: "task"; key: string; task: Task; at: number };

interface Parts {
  timeline: readonly Entry[];
  approvals: readonly Approval[];
  tasks?: readonly Task[];
}

const MIDDLE = 17;
const SWING = 14;

/** The thread's place for a score from −1 (left) to 1 (right). */
export function threadX(score: number | null): number {
  return Math.round(MIDDLE + SWING * Math.max(-1, Math.min(1, score ?? 0)));
}

/** Entries, approvals and tasks in one order, with a divider where the day or the channel changes. */
export function ledger({ timeline, approvals, tasks = [] }: Parts): LedgerLine[] {
  const waiting = askedOf(approvals, tasks);
  const lines: LedgerLine[] = [];
  let score: number | null = null;
  let before: Entry | undefined;
  const stand = (from: number | null = score): Thread => ({ x: threadX(score), from: threadX(from), score });
  const place = (until: number): void => {
    for (let next = waiting[0]; next && next.at < until; next = waiting[0]) {
      waiting.shift();
      lines.push({ ...next, thread: stand() });
    }
  };
  for (const entry of timeline) {
    place(Date.parse(entry.timestamp));
    if (!before || before.channel !== entry.channel || day(before.timestamp) !== day(entry.timestamp))
      lines.push({ kind: "split", key: `split:${entry.message_id}`, channel: entry.channel, day: day(entry.timestamp), thread: stand() });
    const from: number | null = score;
    if (entry.sender === "customer" && entry.sentiment !== null) score = entry.sentiment;
    lines.push({ kind: "entry", key: entry.message_id, entry, thread: stand(from), scoreBefore: from });
    before = entry;
  }
  place(Infinity);
  return lines;
}

function askedOf(approvals: readonly Approval[], tasks: readonly Task[]): Asked[] {
  const asked: Asked[] = [
    ...approvals.map((approval): Asked => ({ kind: "approval", key: approval.approval_id, approval, at: Date.parse(approval.created_at) })),
    ...tasks.map((task): Asked => ({ kind: "task", key: task.task_id, task, at: Date.parse(task.created_at) })),
  ];
  return asked.sort((a, b) => a.at - b.at);
}

/** The last line of a person that the customer has read: there it is said. */
export function lastRead(timeline: readonly Entry[], readNo: number | null | undefined): string | null {
  const said = timeline.findLast((e) => e.sender === "agent" && e.kind === "message" && e.direction === "outbound");
  return said && said.entry_no <= (readNo ?? 0) ? said.message_id : null;
}

/** The turns whose reply the assistant gave, oldest first, each once. */
export function explainedTurns(timeline: readonly Entry[], conversationId: string): number[] {
  const turns = timeline.filter((e) => e.kind === "message").map((e) => explainedBy(e, conversationId));
  return [...new Set(turns.filter((seq) => seq !== null))];
}

/** The conversation's turn that explains an entry; null for people's words and for what an action reports. */
export function explainedBy(entry: Entry, conversationId: string): number | null {
  const own = entry.thread_id == null || entry.thread_id === conversationId;
  return entry.sender === "assistant" && own ? entry.seq : null;
}

/** Who may speak in a conversation now. */
export type Voice = { kind: "mine" } | { kind: "other"; name: string } | { kind: "assistant" } | { kind: "waiting" } | { kind: "closed" };

export function voiceOf(conversation: Pick<Conversation, "status" | "owner">, myId: string): Voice {
  const { status, owner } = conversation;
  if (status === "resolved" || status === "archived") return { kind: "closed" };
  if (owner) return owner.agent_id === myId ? { kind: "mine" } : { kind: "other", name: owner.name };
  return status === "active" ? { kind: "assistant" } : { kind: "waiting" };
}

/** How a customer's words moved the sentiment, where it fell by more than 0.3 or a person was needed. */
export function highlightOf(entry: Entry, before: number | null): string | null {
  if (!entry.highlight) return null;
  const fell = before !== null && entry.sentiment !== null ? before - entry.sentiment : 0;
  switch (entry.highlight) {
    case "drop":
      return fell > 0 ? `sentiment fell ${fell.toFixed(2)}` : "sentiment fell";
    case "escalation":
      return "here a person was needed";
    case "resolution":
      return "resolved here";
    default:
      return "important";
  }
}

/** A text with the stretches that were understood as entities marked. */
export function marked(text: string, values: readonly (string | number | boolean)[]): { text: string; entity: boolean }[] {
  const wanted = values.map((v) => String(v).trim()).filter((v) => v.length > 1);
  if (!wanted.length) return [{ text, entity: false }];
  const escaped = wanted.map((v) => v.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).sort((a, b) => b.length - a.length);
  const pattern = new RegExp(`(#?(?:${escaped.join("|")}))(?![\\p{L}\\p{N}])`, "giu");
  return text
    .split(pattern)
    .map((part, i) => ({ text: part, entity: i % 2 === 1 }))
    .filter((part) => part.text !== "");
}
