import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
let now = 0;
let timer = 0;

/** The time, renewed every second; everything that counts down reads this one clock. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, read);
}

/** While nobody counts, the clock stands; whoever begins reads the second that it is. */
function read(): number {
  if (!listeners.size) now = Math.floor(Date.now() / 1000) * 1000;
  return now;
}

function subscribe(tell: () => void): () => void {
  if (!listeners.size) timer = window.setInterval(tick, 1000);
  listeners.add(tell);
  return () => {
    listeners.delete(tell);
    if (!listeners.size) clearInterval(timer);
  };
}

function tick(): void {
  now = Date.now();
  listeners.forEach((tell) => tell());
}
