import type { Approval, Conversation, LiveEvent, Me, Row, Why } from "../src/console/api/types";
import type { Entry } from "../src/shared/entry";

/** Whole, plausible answers of the engine; a test says only what it is about. */

export function entry(over: Partial<Entry> = {}): Entry {
  return {
    entry_no: 1,
    message_id: "ent_1",
    kind: "message",
    seq: 1,
    thread_id: "cnv_1",
    direction: "outbound",
    sender: "assistant",
    sender_name: "the assistant",
    channel: "web",
    timestamp: "2026-01-15T10:28:00Z",
    text: "Delivered on 13 January.",
    buttons: [],
    citations: [],
    sentiment: null,
    intent: null,
    confidence: null,
    highlight: null,
    hold: false,
    ...over,
  };
}

export function fromCustomer(text: string, over: Partial<Entry> = {}): Entry {
  return entry({ direction: "inbound", sender: "customer", sender_name: "Marta Lindqvist", text, ...over });
}

export const me: Me = {
  agent_id: "usr_runa",
  name: "Runa Solberg",
  email: "runa@example.com",
  role: "agent",
  skills: [],
  status: "online",
  max_load: 5,
  load: 1,
};

export function row(over: Partial<Row> = {}): Row {
  return {
    conversation_id: "cnv_1",
    status: "escalating",
    customer: { name: "Marta Lindqvist", tier: "gold", language: "en" },
    channel: "web",
    preview: "Yes please, to the card.",
    preview_at: "2026-01-15T10:29:00Z",
    preview_sender: "customer",
    reasons: [{ kind: "approval", text: "a decision is needed" }],
    urgency: 5,
    sentiment: -0.18,
    owner: null,
    waiting_since: null,
    sla_due_at: null,
    approvals_pending: 1,
    verified: true,
    tags: [],
    snoozed_until: null,
    unread: 0,
    ...over,
  };
}

export function approval(over: Partial<Approval> = {}): Approval {
  return {
    approval_id: "apr_1",
    conversation_id: "cnv_1",
    action_id: "act_1",
    action: "refund_order",
    label: "Refund",
    status: "pending",
    created_at: "2026-01-15T10:29:00Z",
    expires_at: "2026-01-15T11:29:00Z",
    decided_by: null,
    decided_at: null,
    decision: null,
    request: {
      action_request: { action: "refund_order", args: { order_id: "1042", amount: 149.99 } },
      config: { allow_accept: true, allow_edit: true, allow_respond: true, allow_ignore: true },
      description: "send €149.99 to Visa ending 4417",
    },
    editable: ["amount"],
    amount_max: 149.99,
    currency: "EUR",
    customer: { name: "Marta Lindqvist", verified: true },
    role: "agent",
    rule: { id: "refund_over_100", text: "above €100 an agent decides", file: "actions.yaml", line: 42 },
    effect: "send €149.99 to Visa ending 4417",
    seq: 1,
    ...over,
  };
}

export function conversation(over: Partial<Conversation> = {}): Conversation {
  return {
    conversation_id: "cnv_1",
    status: "active",
    channel: "web",
    started_at: "2026-01-15T10:28:00Z",
    updated_at: "2026-01-15T10:29:00Z",
    owner: null,
    verified: true,
    priority: "normal",
    urgency: 5,
    profile: { customer_id: "cus_1", external_id: "C-1001", name: "Marta Lindqvist", email: "m@example.com", tier: "gold", language: "en" },
    summary: null,
    sentiment: { current: 0, timeline: [] },
    intents: [],
    entities: [],
    timeline: [],
    earlier: false,
    tags: [],
    snoozed_until: null,
    approvals: [],
    actions: [],
    handoff: null,
    ...over,
  };
}

export function why(over: Partial<Why> = {}): Why {
  return {
    seq: 1,
    why: "message",
    at: "2026-01-15T10:28:00Z",
    ms: 31.2,
    cpu_ms: 8.6,
    book_version: "b212f0aa91",
    stages: [],
    understanding: {},
    rails: {},
    route: {},
    flow: null,
    tools: [],
    sources: [],
    decision: null,
    replies: [],
    ...over,
  };
}

export function event(type: LiveEvent["type"], over: Partial<LiveEvent> = {}): LiveEvent {
  return { event_id: "7.1", type, conversation_id: "cnv_1", at: "2026-01-15T10:29:00Z", data: {}, ...over };
}
