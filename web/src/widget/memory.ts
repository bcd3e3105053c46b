import type { Pending } from "./chat";

/** What survives a reload of the page: the way back into the conversation, and words not sent yet. */
export interface Kept {
  token: string | null;
  pending: Pending[];
}

const NOTHING: Kept = { token: null, pending: [] };

/** Reads what this tab kept; a browser that forbids storage simply starts anew. */
export function recall(key: string): Kept {
  try {
    const text = sessionStorage.getItem(key);
    return text ? (JSON.parse(text) as Kept) : NOTHING;
  } catch {
    return NOTHING;
  }
}

export function keep(key: string, kept: Kept): void {
  try {
    sessionStorage.setItem(key, JSON.stringify(kept));
  } catch {
    // Without storage the conversation still works; only a reload begins anew.
  }
}
