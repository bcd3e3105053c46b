import { useEffect, useRef, useSyncExternalStore } from "react";

const KEY = "frontdesk.single-keys";
const listeners = new Set<() => void>();

/** Whether single keys act at all; the choice is kept in this browser. */
export function useSingleKeys(): [boolean, (on: boolean) => void] {
  const on = useSyncExternalStore(subscribe, () => localStorage.getItem(KEY) !== "off");
  const set = (value: boolean): void => {
    localStorage.setItem(KEY, value ? "on" : "off");
    listeners.forEach((tell) => tell());
  };
  return [on, set];
}

/** Binds single keys while no field has the focus and no dialog is open. */
export function useKeys(bindings: Record<string, (() => void) | undefined>): void {
  const [on] = useSingleKeys();
  const now = useRef(bindings);
  useEffect(() => {
    now.current = bindings;
  });
  useEffect(() => {
    if (!on) return;
    const press = (event: KeyboardEvent): void => {
      const act = now.current[event.key];
      if (!act || !mayAct(event)) return;
      event.preventDefault();
      act();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [on]);
}

/** Whether a single key may act now: no field has the focus, no dialog is open, nothing is held down with it. */
export function mayAct(event: KeyboardEvent): boolean {
  return !(event.ctrlKey || event.metaKey || event.altKey || resting(event));
}

/** Keys rest while someone writes, also inside a web component, and while a dialog is open. */
function resting(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  const field = target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null;
  const pressing = event.key === "Enter" && target instanceof HTMLElement && target.closest("button, a") !== null;
  return field || pressing || document.querySelector("dialog[open]") !== null;
}

function subscribe(tell: () => void): () => void {
  listeners.add(tell);
  return () => listeners.delete(tell);
}
