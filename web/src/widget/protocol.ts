import type { Entry, Problem } from "../shared/entry";

/** Who answers now; `nobody` while the customer waits for a person. */
export interface Speaker {
  kind: "assistant" | "agent" | "nobody";
  name?: string | null;
}

export interface Welcome {
  type: "welcome";
  token: string;
  conversation_id: string;
  company: string;
  speaker: Speaker;
  status: string;
  entries: Entry[];
}

/** The person who has the conversation has read up to a line. */
export interface Seen {
  type: "seen";
  entry_no: number;
  by: string;
}

/** What the engine says on `/ws/chat`. */
export type ServerFrame =
  | Welcome
  | { type: "ack"; id: string; seq: number }
  | { type: "entry"; entry: Entry }
  | { type: "status"; status: string; speaker: Speaker }
  | { type: "working"; on?: boolean }
  | Seen
  | { type: "provisional"; seq: number; number: number; text: string }
  | { type: "retract"; seq: number }
  | { type: "error"; id?: string; problem: Problem }
  | { type: "pong" };

/** What the widget says. */
export type ClientFrame =
  | { type: "hello"; token: string | null; customer_id: string | null; link: string | null; last_entry_no: number }
  | { type: "message"; id: string; text: string; payload: string | null; attachments?: readonly string[] }
  | { type: "typing" }
  | { type: "read"; entry_no: number }
  | { type: "ping" };

/** Turns a frame's text into a frame; the one place where bytes become types. */
export function readFrame(text: string): ServerFrame {
  return JSON.parse(text) as ServerFrame;
}
