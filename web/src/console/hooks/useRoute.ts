import { useSyncExternalStore } from "react";
import { readRoute, type Route } from "./route";

/** Where the console is, from the address's hash; a link is enough to go somewhere. */
export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => location.hash);
  return readRoute(hash);
}

export function go(hash: string): void {
  location.hash = hash;
}

function subscribe(tell: () => void): () => void {
  addEventListener("hashchange", tell);
  return () => removeEventListener("hashchange", tell);
}
