import type { Entry, Problem } from "../shared/entry";
import type { Seen, ServerFrame, Speaker, Welcome } from "./protocol";

/** A message of the customer that has not come back as a timeline entry yet. */
export interface Pending {
  id: string;
  text: string;
  payload: string | null;
  /** Set once the engine has stored it. */
  seq: number | null;
  /** Why it was not taken, in the engine's words. */
  refused: string | null;
  /** Files that go with it, by their ids. */
  attachments?: readonly string[];
}

/** An entry with the key under which it stands on the screen: its own, or that of the message it replaced. */
export interface Shown {
  key: string;
  entry: Entry;
}

export type Line = "connecting" | "online" | "offline";

/** Everything the widget shows; a value, changed only by the functions below. */
export interface Chat {
  line: Line;
  company: string;
  speaker: Speaker;
  conversationId: string | null;
  token: string | null;
  shown: readonly Shown[];
  pending: readonly Pending[];
  working: boolean;
  /** Sentences of a reply that is still being written; the committed message takes their place. */
  writing: { seq: number; text: string } | null;
  /** Up to where the person who answers has read. */
  seen?: Seen;
}

export function emptyChat(company: string): Chat {
  return {
    line: "connecting",
    company,
    speaker: { kind: "assistant" },
    conversationId: null,
    token: null,
    shown: [],
    pending: [],
    working: false,
    writing: null,
  };
}

/** The highest entry seen: what a resumed connection asks to continue after. */
export function lastEntryNo(chat: Chat): number {
  return chat.shown.reduce((last, { entry }) => Math.max(last, entry.entry_no), 0);
}

/** Puts the customer's words on the screen at once; they stay pending until the engine shows them. */
export function say(chat: Chat, id: string, text: string, payload: string | null, attachments?: readonly string[]): Chat {
  const p: Pending = { id, text, payload, seq: null, refused: null };
  return { ...chat, pending: [...chat.pending, attachments ? { ...p, attachments } : p] };
}

/** What still has to be sent, in the order it was written. */
export function unsent(chat: Chat): readonly Pending[] {
  return chat.pending.filter((p) => p.seq === null && !p.refused);
}

/** The chat after one frame of the engine. */
export function receive(chat: Chat, frame: ServerFrame): Chat {
  switch (frame.type) {
    case "welcome":
      return welcomed(chat, frame);
    case "ack":
      return acknowledged(chat, frame.id, frame.seq);
    case "entry":
      return withEntry(chat, frame.entry);
    case "status":
      return onlyForAssistant({ ...chat, speaker: frame.speaker });
    case "working":
      return { ...chat, working: frame.on ?? chat.speaker.kind === "assistant" };
    case "provisional":
      return written(chat, frame.seq, frame.text);
    case "retract":
      return chat.writing?.seq === frame.seq ? { ...chat, writing: null } : chat;
    case "error":
      return refused(chat, frame.id ?? unsent(chat)[0]?.id, reasonOf(frame.problem));
    case "seen":
      return { ...chat, seen: frame };
    default:
      // A pong, or what a newer engine says.
      return chat;
  }
}

/** What the customer reads of a refusal: the company's own words, where it has some. */
function reasonOf(problem: Problem): string {
  return problem.notice ?? problem.detail ?? problem.title;
}

/** Nobody writes for the assistant once somebody else speaks. */
function onlyForAssistant(chat: Chat): Chat {
  return chat.speaker.kind === "assistant" ? chat : { ...chat, working: false, writing: null };
}

/** Adds a sentence of a turn at work; one that was answered already says no more. */
function written(chat: Chat, seq: number, text: string): Chat {
  const answered = chat.shown.some(({ entry }) => entry.seq === seq && !isOwn(entry));
  if (answered || chat.speaker.kind !== "assistant") return chat;
  const before = chat.writing?.seq === seq ? `${chat.writing.text} ` : "";
  return { ...chat, writing: { seq, text: before + text } };
}

function welcomed(chat: Chat, w: Welcome): Chat {
  const same = chat.conversationId === null || chat.conversationId === w.conversation_id;
  const start: Chat = {
    ...chat,
    line: "online",
    company: w.company,
    speaker: w.speaker,
    token: w.token,
    conversationId: w.conversation_id,
    shown: same ? chat.shown : [],
    working: false,
    writing: null,
  };
  return w.entries.reduce(withEntry, start);
}

function acknowledged(chat: Chat, id: string, seq: number): Chat {
  // What began no turn, as a code, stands in the timeline in words of its own.
  const already = !seq || chat.shown.some(({ entry }) => isOwn(entry) && entry.seq === seq);
  const pending = already
    ? chat.pending.filter((p) => p.id !== id)
    : chat.pending.map((p) => (p.id === id ? { ...p, seq } : p));
  return { ...chat, pending };
}

/** Adds an entry once, in order; the customer's own words take the place of the pending message. */
function withEntry(chat: Chat, entry: Entry): Chat {
  if (chat.shown.some((s) => s.entry.message_id === entry.message_id)) return chat;
  const replaced = isOwn(entry) ? matching(chat.pending, entry) : undefined;
  const shown = [...chat.shown, { key: replaced?.id ?? entry.message_id, entry }];
  shown.sort((a, b) => a.entry.entry_no - b.entry.entry_no);
  return {
    ...chat,
    shown,
    pending: chat.pending.filter((p) => p !== replaced),
    working: chat.working && isOwn(entry),
    writing: isOwn(entry) ? chat.writing : null,
  };
}

function matching(pending: readonly Pending[], entry: Entry): Pending | undefined {
  return (
    pending.find((p) => p.id === entry.message_id || (p.seq !== null && p.seq === entry.seq)) ??
    pending.find((p) => p.seq === null && p.text === entry.text)
  );
}

/** An error names its message; one that does not belongs to the oldest without an acknowledgement. */
function refused(chat: Chat, id: string | undefined, why: string): Chat {
  return { ...chat, pending: chat.pending.map((p) => (p.id === id ? { ...p, refused: why } : p)) };
}

export function isOwn(entry: Entry): boolean {
  return entry.sender === "customer" && entry.kind === "message";
}
