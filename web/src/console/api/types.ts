import type { Citation, Entry } from "../../shared/entry";

export type { Citation, Entry, Problem } from "../../shared/entry";

export type Role = "agent" | "supervisor" | "designer" | "evaluator" | "admin";

export interface Me {
  agent_id: string;
  name: string;
  email: string;
  role: Role;
  skills: string[];
  status: "online" | "away" | "offline";
  max_load: number;
  load: number;
}

export interface Owner {
  agent_id: string;
  name: string;
}

export type ReasonKind =
  | "approval"
  | "asked"
  | "safety"
  | "sentiment"
  | "unsure"
  | "complex"
  | "language"
  | "vip"
  | "attempts"
  | "rail"
  | "failure"
  | "taken_over";

/** Why a conversation waits, in words. */
export interface Reason {
  kind: ReasonKind;
  text: string;
}

/** One line of the queue. */
export interface Row {
  conversation_id: string;
  status: string;
  customer: { name: string | null; tier: string | null; language: string | null };
  channel: string;
  preview: string | null;
  preview_at: string | null;
  preview_sender: string | null;
  reasons: Reason[];
  urgency: number | null;
  sentiment: number | null;
  owner: Owner | null;
  waiting_since: string | null;
  sla_due_at: string | null;
  approvals_pending: number;
  verified: boolean;
  tags: string[];
  snoozed_until: string | null;
  /** Messages of the customer that one has not seen, at most 99. */
  unread: number;
}

export interface Page<T> {
  items: T[];
  next_cursor?: string | null;
  /** How many there are on all pages; told on the first. */
  total?: number | null;
}

export interface Profile {
  customer_id: string | null;
  external_id: string | null;
  name: string | null;
  email: string | null;
  tier: string | null;
  language: string | null;
}

export interface ActionState {
  action_id: string;
  action: string;
  label: string;
  status: string;
  args: Record<string, unknown>;
  updated_at: string;
}

export interface Handoff {
  handoff_id: string;
  reason: string;
  reason_text: string;
  requested_at: string;
}

export interface Found {
  entity: string;
  value: string | number | boolean;
}

export interface Ranked {
  name: string;
  confidence: number;
}

/** Everything the console shows of one conversation. */
export interface Conversation {
  conversation_id: string;
  status: string;
  channel: string;
  started_at: string;
  updated_at: string;
  owner: Owner | null;
  verified: boolean;
  priority: string | null;
  urgency: number | null;
  profile: Profile;
  summary: string | null;
  sentiment: { current: number | null; timeline: { timestamp: string; score: number }[] };
  intents: Ranked[];
  entities: Found[];
  timeline: Entry[];
  /** There are lines before these. */
  earlier: boolean;
  tags: string[];
  snoozed_until: string | null;
  approvals: Approval[];
  actions: ActionState[];
  handoff: Handoff | null;
}

export type ApprovalStatus = "pending" | "accepted" | "edited" | "responded" | "ignored" | "expired";

export interface Approval {
  approval_id: string;
  conversation_id: string;
  action_id: string;
  action: string;
  label: string;
  status: ApprovalStatus;
  created_at: string;
  expires_at: string | null;
  decided_by: Owner | string | null;
  decided_at: string | null;
  decision: unknown;
  request: {
    action_request: { action: string; args: Record<string, unknown> };
    config: { allow_accept: boolean; allow_edit: boolean; allow_respond: boolean; allow_ignore: boolean };
    description: string | null;
  };
  editable: string[];
  amount_max: number | null;
  currency: string | null;
  customer: { name: string | null; verified: boolean };
  rule: { id: string; text: string; file: string; line: number } | null;
  effect: string | null;
  /** Who may decide: `agent`, or only a `supervisor`. */
  role?: string;
  seq: number | null;
}

export type Decision =
  | { type: "accept"; args: null }
  | { type: "edit"; args: { amount: number } }
  | { type: "response"; args: string }
  | { type: "ignore"; args: null };

export interface Order {
  order_id: string;
  product: string;
  total: number | string;
  currency: string;
  status: string;
}

export interface Stage {
  name: string;
  start_ms: number;
  ms: number;
  budget_ms: number | null;
}

export interface Rails {
  passed: boolean;
  ran: string[];
  hits: (string | { rail: string; reason?: string })[];
}

export interface Place {
  file: string;
  line: number;
}

export interface ToolCall {
  name: string;
  args: Record<string, unknown>;
  outcome: string;
  ms: number | null;
  cached?: boolean;
  /** `read`, `effect`, `look_up`, `settle` or `undo`; absent where nothing was recorded. */
  kind?: string;
  /** What came back, shortened and masked. */
  result?: unknown;
}

/** A turn that can be explained and forked. */
export interface PastTurn {
  seq: number;
  thread_id: string;
  why: string;
  at: string;
  ms: number;
  book_version: string;
}

/** What the ladder saw and decided. */
export interface Ladder {
  rule: string | number;
  kind: string;
  reasons: string[];
  /** Every row that applied, in the order in which they are asked. */
  rows: { rule: number; kind: string; reason: string }[];
  notes: { flag: string; reason: string }[];
  urgency: number;
  urgency_reasoning: string;
  risk: number;
  trend: string;
  standing: { resolution?: number; escalation?: number } | null;
}

export interface Understanding {
  path: string;
  intent: string | null;
  confidence: number | null;
  ranking: Ranked[];
  entities: Found[];
  sentiment: number | null;
  language: string | null;
}

/** How one turn came to its reply. */
export interface Why {
  seq: number;
  thread_id?: string;
  why: string;
  at: string;
  ms: number | null;
  cpu_ms: number | null;
  book_version: string | null;
  stages: Stage[];
  /** Empty for turns that had nothing to understand, check or route. */
  understanding: Partial<Understanding>;
  rails: { input?: Rails; output?: Rails };
  route: Partial<Ladder>;
  flow: { name: string; step: string | number; file: string; line: number } | null;
  tools: ToolCall[];
  sources: Citation[];
  decision: { because: string[]; places: Place[] } | null;
  replies: string[];
  /** Drafts that a person’s taking over kept from being sent. */
  withheld?: string[];
  /** Who proposed what to do, where a model was considered. */
  planner?: Partial<{ by: string; because: string }>;
  models?: ModelCall[];
}

/** One call to a language model, and how it ended. */
export interface ModelCall {
  purpose: string;
  model: string;
  outcome: string;
  ms: number;
  prompt_tokens: number;
  completion_tokens: number;
  cost_usd: number | null;
  used?: boolean;
  because?: string;
}

export type LiveType =
  | "message.received"
  | "reply.committed"
  | "notice.sent"
  | "approval.requested"
  | "approval.decided"
  | "approval.expired"
  | "action.finished"
  | "task.opened"
  | "task.settled"
  | "note.added"
  | "conversation.resolved"
  | "conversation.tagged"
  | "conversation.snoozed"
  | "conversation.returned"
  | "handoff.requested"
  | "handoff.withdrawn"
  | "conversation.offered"
  | "conversation.assigned"
  | "conversation.requeued"
  | "conversation.claimed"
  | "conversation.released"
  | "transfer.offered"
  | "transfer.settled"
  | "conversation.transferred"
  | "conversation.waiting"
  | "agent.whispered"
  | "agent.message"
  | "agent.status";

/** One event of `/ws/console`. */
export interface LiveEvent {
  event_id: string;
  type: LiveType;
  conversation_id: string | null;
  at: string;
  data: Record<string, unknown>;
}

export type LiveFrame =
  | LiveEvent
  | { type: "events"; event_id: string; events: LiveEvent[] }
  | { type: "resync"; event_id?: string }
  | { type: "typing"; conversation_id: string; who: "customer" | "agent" }
  | { type: "read"; conversation_id: string; who: "customer" | "agent"; entry_no: number }
  | { type: "pong" }
  | { type: "error" };
