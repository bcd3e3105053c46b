import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { expect, test, vi } from "vitest";
import { refresher } from "./refresh";

test("a steady stream of events lets every answer arrive, and the last event is not forgotten", async () => {
  const client = new QueryClient();
  let asked = 0;
  let arrived = 0;
  const queryFn = async ({ signal }: { signal: AbortSignal }): Promise<number> => {
    const mine = ++asked;
    await new Promise((done) => setTimeout(done, 60));
    if (!signal.aborted) arrived++;
    return mine;
  };
  const stop = new QueryObserver(client, { queryKey: ["rows"], queryFn }).subscribe(() => undefined);
  await vi.waitFor(() => expect(arrived).toBe(1));
  const stale = refresher(client, 20);
  for (let i = 0; i < 30; i++) {
    stale(["rows"]);
    await new Promise((done) => setTimeout(done, 10));
  }
  const before = asked;
  stale(["rows"]);
  await vi.waitFor(() => expect(asked).toBeGreaterThan(before));
  await vi.waitFor(() => expect(arrived).toBe(asked));
  expect(asked).toBeLessThan(15);
  stop();
});
