/** To whom a conversation can be passed on. */
export interface Targets {
  agents: { agent_id: string; name: string; status: string; skills: string[]; load: number; max_load: number }[];
  groups: string[];
}

/** Where a conversation should go; warm: one stays until it is taken. */
export interface TransferOrder {
  kind: "warm" | "cold";
  to_agent?: string;
  to_group?: string;
  briefing: string;
}

export interface Transfer {
  transfer_id: string;
  conversation_id: string;
  from_agent: string;
  from_name: string;
  to_agent: string | null;
  to_name: string | null;
  to_group: string | null;
  kind: string;
  state: string;
  briefing: string;
  created_at: string;
}

/** Something that an agent could do now, with what it takes. */
export interface Suggestion {
  id: string;
  type: string;
  description: string;
  expected_outcome: string;
  confidence: number;
  parameters: Record<string, unknown>;
  /** Values that only the agent can give. */
  missing: string[];
  editable: string[];
  action: string | null;
  text: string;
  customer_agrees_first: boolean;
  approval: string | null;
  record: { tries: number; wins: number };
}

/** What a click on a suggestion led to. */
export interface SuggestionRun {
  run_id: string;
  does: "action" | "draft" | "transfer";
  action_id: string | null;
  approval: string | null;
  text: string;
  parameters: Record<string, unknown>;
}

/** A conversation that the desk offers to oneself, until a time. */
export interface DeskOffer {
  conversation_id: string;
  customer: { name: string | null };
  preview: string;
  waiting_since: string;
  offered: { agent_id: string; until: string } | null;
}
