import type { Row } from "./types";

/** Something about an action that only a person can settle. */
export interface Task {
  task_id: string;
  conversation_id: string;
  action_id: string;
  action: string;
  action_status: string;
  kind: "unknown_outcome" | "failed_action" | "half_done";
  status: string;
  label: string;
  subject: string;
  reason: string;
  args: Record<string, unknown>;
  outcomes: Finding[];
  customer: string;
  verified: boolean;
  note: string;
  settled_by: string | null;
  created_at: string;
  settled_at: string | null;
  looks_again_at: string | null;
}

/** What a person may have found out. */
export type Finding = "happened" | "did_not_happen" | "done";

export interface CannedReply {
  name: string;
  text: string;
  updated_by: string;
  updated_at: string;
}

/** What a search looks for; an empty field does not matter. */
export interface Query {
  q: string;
  status: string;
  tag: string;
  agent: string;
  channel: string;
  since: string;
  until: string;
}

/** The line of a conversation in which the words stand. */
export interface FoundLine {
  entry_no: number;
  sender: string;
  timestamp: string;
  text: string;
}

export interface FoundRow extends Row {
  line: FoundLine | null;
}

export interface SavedView {
  view_id: string;
  name: string;
  query: Partial<Query>;
  shared: boolean;
  mine: boolean;
}

/** A passage of an article, ready to be cited. */
export interface Passage {
  article_id: string;
  title: string;
  heading: string;
  url: string;
  text: string;
}

export interface Colleague {
  agent_id: string;
  name: string;
  role: string;
  status: string;
  skills: string[];
  load: number;
  max_load: number;
}
