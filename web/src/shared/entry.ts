/** One line of a conversation, the same for widget and console (docs/api.md, "Timeline entry"). */
export interface Entry {
  entry_no: number;
  message_id: string;
  kind: "message" | "notice" | "event" | "note";
  seq: number | null;
  /** Where `seq` counts: the conversation itself, or one of its actions. */
  thread_id?: string | null;
  direction: "inbound" | "outbound" | "internal";
  sender: "customer" | "assistant" | "agent" | "system";
  sender_name: string | null;
  channel: string;
  timestamp: string;
  text: string;
  buttons: Button[];
  citations: Citation[];
  sentiment: number | null;
  intent: string | null;
  confidence: number | null;
  highlight: string | boolean | null;
  hold: boolean;
  /** Whom a note names: agent ids with their names. */
  mentions?: Record<string, string>;
  /** Between whom a whisper passes; empty for every other line. */
  whispered?: readonly string[];
  /** Set on a line that was carried to a channel outside. */
  delivery?: Delivery | null;
  /** Files that came with it. */
  attachments?: readonly Attached[];
}

/** A file that came with a message: kept by the engine under its id, or with its channel. */
export interface Attached {
  name: string;
  media_type: string;
  size: number | null;
  attachment_id: string | null;
  url: string | null;
}

/** How far a line came on the channel that it was sent on. */
export interface Delivery {
  channel: string;
  state: "queued" | "sent" | "delivered" | "read" | "failed";
  error?: string | null;
}

/** A choice offered with a question; pressing it sends the title with its payload. */
export interface Button {
  title: string;
  payload: string;
}

/** A source behind a `[number]` mark in a text. */
export interface Citation {
  number: number;
  title: string;
  heading: string | null;
  url: string;
}

/** RFC 9457, as every error of the engine arrives. */
export interface Problem {
  type: string;
  title: string;
  detail?: string;
  status: number;
  /** What the customer should read, said once. */
  notice?: string;
}
