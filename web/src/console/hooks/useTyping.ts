import { useEffect, useRef, useSyncExternalStore } from "react";
import { send } from "../api/client";

/** So long after the last sign of it somebody counts as writing. */
const STILL_MS = 6000;
/** So often it is told while it goes on. */
const AGAIN_MS = 3000;

const until = new Map<string, number>();
const listeners = new Set<() => void>();

/** A customer was heard to be writing. */
export function typed(conversationId: string): void {
  until.set(conversationId, Date.now() + STILL_MS);
  tell();
  setTimeout(tell, STILL_MS + 20);
}

/** What the customer wrote has come: nobody writes any more. */
export function written(conversationId: string): void {
  if (until.delete(conversationId)) tell();
}

/** Whether the customer of a conversation is writing just now. */
export function useTyping(conversationId: string): boolean {
  return useSyncExternalStore(subscribe, () => (until.get(conversationId) ?? 0) > Date.now());
}

/** Lets the customer see that one is writing, while the words change; what is emptied or sent says nothing. */
export function useTellTyping(conversationId: string, text: string): void {
  const told = useRef({ at: 0, text });
  useEffect(() => {
    const before = told.current;
    const now = Date.now();
    if (!text || text === before.text || now - before.at < AGAIN_MS) return;
    told.current = { at: now, text };
    // A sign that is lost is no loss.
    send("POST", `/conversations/${conversationId}/typing`).catch(() => undefined);
  }, [conversationId, text]);
}

function tell(): void {
  listeners.forEach((listener) => listener());
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
