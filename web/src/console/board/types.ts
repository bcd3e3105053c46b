/** What `GET /api/v1/board` answers. */
export interface Board {
  at: string;
  period: Period;
  since: string;
  now: {
    active: number;
    with_assistant: number;
    with_person: number;
    places: number;
    places_taken: number;
    waiting: number;
    waiting_due_at: string | null;
    late: number;
    approvals: number;
    approval_expires_at: string | null;
    sentiment: number | null;
  };
  whole: { conversations: number; contained: number; sla_counted: number; sla_met: number; first_reply_p95_s: number | null };
  urgency: { urgency: number; active: number; waiting: number }[];
  sla: { target: number; past: Point[]; as_staffed: Point[]; with_one_more: Point[] };
  moods: Point[];
  agents: AgentLine[];
  days: { day: string; conversations: number; contained: number }[];
  reasons: { kind: string; text: string; number: number }[];
  channels: { channel: string; number: number }[];
  stuck: Stuck[];
  stuck_in_all: number;
}

export type Period = "today" | "7d" | "30d";

export interface Point {
  at: string;
  value: number | null;
  number: number;
}

export interface AgentLine {
  agent_id: string;
  name: string;
  status: "online" | "away" | "offline";
  load: number;
  max_load: number;
  skills: string[];
  languages: string[];
  waits_since: string | null;
  survey: number | null;
}

export interface Stuck {
  kind: "dead_letter" | "task";
  id: string;
  conversation_id: string;
  at: string;
  title: string;
  text: string;
}
