export interface Found {
  customer_id: string;
  external_id: string | null;
  name: string | null;
  email: string | null;
  phone: string | null;
  tier: string;
  language: string;
  blocked_at: string | null;
  created_at: string;
}

export interface Address {
  channel: string;
  address: string;
  verified: boolean;
  /** Why an agent cannot write first to it; null when it is possible. */
  cannot_write: string | null;
}

export interface Past {
  conversation_id: string;
  channel: string;
  status: string;
  intent: string | null;
  preview: string;
  preview_sender: string | null;
  sentiment: number;
  owner: string | null;
  started_at: string;
  updated_at: string;
}

export interface Merged {
  merge_id: string;
  customer_id: string;
  name: string | null;
  merged_at: string;
  undo_until: string;
}

export interface CustomerView extends Found {
  note: string | null;
  version: number;
  addresses: Address[];
  conversations: Past[];
  merged: Merged[];
}

export interface CustomerFields {
  name: string;
  email: string;
  phone: string;
  tier: string;
  language: string;
  note: string;
}
