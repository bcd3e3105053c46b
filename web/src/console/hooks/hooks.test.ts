import { expect, test } from "vitest";
import { event } from "../../../tests/samples";
import type { LiveEvent } from "../api/types";
import { keys } from "./keys";
import { remember, staleAfter, type Listener } from "./live";
import { readRoute, talkAt, whyAt } from "./route";

const listener: Listener = {
  myId: "usr_runa",
  lists: [
    { filter: "waiting", holds: () => false },
    { filter: "mine", holds: (id) => id === "cnv_1" },
    { filter: "all", holds: () => false },
  ],
};
const by = (agent: string) => ({ data: { agent_id: agent } });

test("what was said touches the lists that have the conversation, the list of all, and the conversation", () => {
  expect(staleAfter(event("message.received"), listener)).toEqual([keys.rowsOf("mine"), keys.rowsOf("all"), keys.conversation("cnv_1"), keys.suggestions("cnv_1")]);
  expect(staleAfter(event("reply.committed", { conversation_id: "cnv_9" }), listener)).not.toContainEqual(keys.rowsOf("mine"));
});

test("what moves a conversation makes every list stale", () => {
  expect(staleAfter(event("handoff.requested"), listener)).toContainEqual(keys.rows);
  expect(staleAfter(event("approval.requested"), listener)).toEqual(expect.arrayContaining([keys.rows, keys.approvals]));
});

test("a claim changes one's own load when oneself claims, or loses what one had", () => {
  expect(staleAfter(event("conversation.claimed", { conversation_id: "cnv_9", ...by("usr_runa") }), listener)).toContainEqual(keys.me);
  expect(staleAfter(event("conversation.claimed", by("usr_tove")), listener)).toContainEqual(keys.me);
  expect(staleAfter(event("conversation.claimed", { conversation_id: "cnv_9", ...by("usr_tove") }), listener)).not.toContainEqual(keys.me);
});

test("what the desk offers a colleague is no reason to ask for anything", () => {
  expect(staleAfter(event("conversation.offered", by("usr_tove")), listener)).toEqual([]);
  expect(staleAfter(event("conversation.offered", by("usr_runa")), listener)).toEqual([keys.deskOffers, keys.me]);
});

test("an agent's status changes nobody's conversation", () => {
  const status = (agent: string) => staleAfter(event("agent.status", { conversation_id: null, ...by(agent) }), listener);
  expect([status("usr_runa"), status("usr_tove")]).toEqual([[keys.me], []]);
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
