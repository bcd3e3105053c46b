import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { event } from "../../../tests/samples";
import { FakeLine } from "../../../tests/line";
import type { LiveEvent } from "../api/types";
import type { Line } from "./live";
import { listen } from "./listen";

let server: FakeLine;
let stop: (() => void) | null = null;
let heard: LiveEvent[];
let lines: Line["kind"][];
let missed: number;

beforeEach(async () => {
  server = await FakeLine.start();
  window.happyDOM.setURL(server.origin);
  heard = [];
  lines = [];
  missed = 0;
});

afterEach(async () => {
  stop?.();
  stop = null;
  await server.stop();
});

function begin(beatMs = 60_000): void {
  const ear = { line: (line: Line) => lines.push(line.kind), heard: (e: LiveEvent) => heard.push(e), missed: () => missed++ };
  stop = listen(ear, { beatMs, waitMs: () => 20 });
}

const until = (what: () => void): Promise<void> => vi.waitFor(what, { timeout: 3000, interval: 10 });

test("after a cut it goes on after the last event, and what is on the screen is asked for again", async () => {
  begin();
  await until(() => expect(lines).toEqual(["live"]));
  server.say(event("agent.message", { event_id: "7.1" }));
  await until(() => expect(heard).toHaveLength(1));
  server.cut();
  await until(() => expect(lines).toEqual(["live", "offline", "live"]));
  expect(server.came).toEqual(["recent&bundle", "last_event_id=7.1&bundle"]);
  expect(missed).toBe(1);
});

test("when the engine no longer knows the last event, everything is asked for again", async () => {
  begin();
  await until(() => expect(lines).toEqual(["live"]));
  server.say({ type: "resync", event_id: "9.9" });
  await until(() => expect(missed).toBe(1));
  server.cut();
  await until(() => expect(server.came).toEqual(["recent&bundle", "last_event_id=9.9&bundle"]));
});

test("a line on which no answer comes is left behind and opened anew", async () => {
  server.answering = false;
  begin(30);
  await until(() => expect(server.came.length).toBeGreaterThan(1));
  expect(lines).toContain("offline");
  await until(() => expect(missed).toBeGreaterThan(0));
});

test("a machine that wakes tries at once, and nothing more than once", async () => {
  begin();
  await until(() => expect(lines).toEqual(["live"]));
  window.dispatchEvent(new Event("offline"));
  expect(lines).toEqual(["live", "offline"]);
  window.dispatchEvent(new Event("online"));
  await until(() => expect(lines).toEqual(["live", "offline", "live"]));
  server.say(event("note.added", { event_id: "8.1" }));
  await until(() => expect(heard).toHaveLength(1));
  expect(server.came).toHaveLength(2);
});
