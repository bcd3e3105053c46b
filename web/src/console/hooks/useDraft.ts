import { useCallback, useSyncExternalStore } from "react";
import type { Citation } from "../api/types";

/** What an agent is writing in a conversation: a reply with its sources, and a note. */
export interface Draft {
  text: string;
  citations: readonly Citation[];
  note: string;
}

const KEY = "frontdesk.draft:";
const EMPTY: Draft = { text: "", citations: [], note: "" };
const known = new Map<string, Draft>();
const listeners = new Set<() => void>();

/** The draft of a conversation, kept in this tab until it is sent; whoever shows it sees the same. */
export function useDraft(conversationId: string): [Draft, (part: Partial<Draft>) => void] {
  const draft = useSyncExternalStore(subscribe, () => draftOf(conversationId));
  const write = useCallback((part: Partial<Draft>) => keep(conversationId, { ...draftOf(conversationId), ...part }), [conversationId]);
  return [draft, write];
}

/** Whether something unsent is kept for a conversation. */
export function hasDraft(conversationId: string): boolean {
  return draftOf(conversationId) !== EMPTY;
}

function draftOf(id: string): Draft {
  const draft = known.get(id) ?? readDraft(sessionStorage.getItem(KEY + id));
  known.set(id, draft);
  return draft;
}

function keep(id: string, draft: Draft): void {
  const empty = !draft.text && !draft.note;
  known.set(id, empty ? EMPTY : draft);
  if (empty) sessionStorage.removeItem(KEY + id);
  else sessionStorage.setItem(KEY + id, JSON.stringify(draft));
  listeners.forEach((tell) => tell());
}

/** Reads a kept draft; one that cannot be read was only words. */
export function readDraft(stored: string | null): Draft {
  if (!stored) return EMPTY;
  try {
    const told: unknown = JSON.parse(stored);
    return typeof told === "object" && told !== null ? { ...EMPTY, ...told } : { ...EMPTY, text: stored };
  } catch {
    return { ...EMPTY, text: stored };
  }
}

function subscribe(tell: () => void): () => void {
  listeners.add(tell);
  return () => listeners.delete(tell);
}
