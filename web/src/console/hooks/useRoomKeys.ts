import { useEffect, useRef } from "react";
import { mayAct, useSingleKeys } from "./useKeys";

const PATIENCE_MS = 1500;

/** Goes to a room: `g`, then the room's key. The second key means nothing else meanwhile. */
export function useRoomKeys(places: Readonly<Record<string, () => void>>): void {
  const [on] = useSingleKeys();
  const now = useRef(places);
  useEffect(() => {
    now.current = places;
  });
  useEffect(() => {
    if (!on) return;
    let until = 0;
    const press = (event: KeyboardEvent): void => {
      if (!mayAct(event)) return;
      if (event.key === "g") {
        until = event.timeStamp + PATIENCE_MS;
        return;
      }
      const go = event.timeStamp < until ? now.current[event.key] : undefined;
      until = 0;
      if (!go) return;
      event.preventDefault();
      event.stopPropagation();
      go();
    };
    window.addEventListener("keydown", press, true);
    return () => window.removeEventListener("keydown", press, true);
  }, [on]);
}
