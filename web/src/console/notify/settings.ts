import { useSyncExternalStore } from "react";

/** How a new matter may make itself heard; both are off until somebody wants them. */
export interface Notify {
  sound: boolean;
  browser: boolean;
}

const KEY = "frontdesk.notify";
const OFF: Notify = { sound: false, browser: false };
const listeners = new Set<() => void>();
let known: Notify | null = null;

export function notifySettings(): Notify {
  known ??= read(localStorage.getItem(KEY));
  return known;
}

export function useNotify(): [Notify, (part: Partial<Notify>) => void] {
  const settings = useSyncExternalStore(subscribe, notifySettings);
  const set = (part: Partial<Notify>): void => {
    known = { ...notifySettings(), ...part };
    localStorage.setItem(KEY, JSON.stringify(known));
    listeners.forEach((tell) => tell());
  };
  return [settings, set];
}

function read(stored: string | null): Notify {
  try {
    return { ...OFF, ...(JSON.parse(stored ?? "{}") as Partial<Notify>) };
  } catch {
    return OFF;
  }
}

function subscribe(tell: () => void): () => void {
  listeners.add(tell);
  return () => listeners.delete(tell);
}
