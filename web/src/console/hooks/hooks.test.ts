import { expect, test } from "vitest";
import { event } from "../../../tests/samples";
import type { LiveEvent } from "../api/types";
import { keys } from "./keys";
import { remember, staleAfter } from "./live";
import { readRoute, talkAt, whyAt } from "./route";

test("a message makes its conversation and the lists stale", () => {
  expect(staleAfter(event("message.received"))).toEqual([keys.rows, keys.queue, keys.conversation("cnv_1"), keys.suggestions("cnv_1")]);
});

test("an approval makes the approvals stale too, a claim one's own load", () => {
  expect(staleAfter(event("approval.requested"))).toContainEqual(keys.approvals);
  expect(staleAfter(event("conversation.claimed"))).toContainEqual(keys.me);
});

test("an agent's status changes nobody's conversation", () => {
  expect(staleAfter(event("agent.status", { conversation_id: null }))).toEqual([keys.me]);
});

test("an event sent twice after a reconnect is remembered once, the newest first", () => {
  const first = event("message.received", { event_id: "7.1" });
  const second = event("reply.committed", { event_id: "7.2" });
  const heard = [first, second, first].reduce<readonly LiveEvent[]>((known, e) => remember(known, e), []);
  expect(heard.map((e) => e.event_id)).toEqual(["7.2", "7.1"]);
});

test("only the last events are remembered", () => {
  const many = Array.from({ length: 5 }, (_, i) => event("message.received", { event_id: `7.${i}` }));
  expect(many.reduce<readonly LiveEvent[]>((known, e) => remember(known, e, 3), [])).toHaveLength(3);
});

test("a link leads where it says", () => {
  expect(readRoute(talkAt("cnv_1"))).toEqual({ kind: "talk", id: "cnv_1", search: "" });
  expect(readRoute("#/c/cnv_1?q=a%2Fb")).toEqual({ kind: "talk", id: "cnv_1", search: "q=a%2Fb" });
  expect(readRoute("#/?tag=lamp")).toEqual({ kind: "list", search: "tag=lamp" });
  expect(readRoute(whyAt("cnv_1", 3))).toEqual({ kind: "why", id: "cnv_1", seq: 3 });
});

test("an address that means nothing leads to the list", () => {
  expect(["", "#", "#/", "#/c"].map((hash) => readRoute(hash).kind)).toEqual(["list", "list", "list", "list"]);
});

test("a room's address carries what is open in it", () => {
  expect(readRoute("#/book/flows%2Freturn.yaml/12")).toEqual({ kind: "room", room: "book", path: ["flows/return.yaml", "12"] });
  expect(readRoute("#/board/100%")).toEqual({ kind: "room", room: "board", path: ["100%"] });
});
