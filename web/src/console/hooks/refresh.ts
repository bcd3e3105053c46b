import type { QueryClient, QueryKey } from "@tanstack/react-query";

/**
 * Asks again for what events made stale: a burst once, and a list that is still on its way is left to arrive before it
 * is asked for again. Without that, a steady stream of events would cancel every answer before it came.
 */
export function refresher(client: QueryClient, restMs = 250): (key: QueryKey) => void {
  const stale = new Map<string, QueryKey>();
  const busy = new Set<string>();
  const ask = (name: string): void => {
    const key = stale.get(name);
    if (!key || busy.has(name)) return;
    stale.delete(name);
    busy.add(name);
    const rested = new Promise((done) => setTimeout(done, restMs));
    const asked = client.invalidateQueries({ queryKey: key }, { cancelRefetch: false });
    void Promise.allSettled([asked, rested]).then(() => {
      busy.delete(name);
      ask(name);
    });
  };
  return (key) => {
    const name = JSON.stringify(key);
    stale.set(name, key);
    setTimeout(() => ask(name), 40);
  };
}
