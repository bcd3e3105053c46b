import { expect, test } from "vitest";
import { event, me, row } from "../../../tests/samples";
import { newsOf, since } from "./news";

const mine = [row()];

test("a customer's words are news only in one's own conversation", () => {
  expect(newsOf(event("message.received"), me, mine)?.title).toBe("Marta Lindqvist wrote");
  expect(newsOf(event("message.received", { conversation_id: "cnv_9" }), me, mine)).toBeNull();
});

test("a note is news for whom it names, not for who wrote it", () => {
  const note = (mentions: string[], agent_id = "usr_tove") => event("note.added", { data: { mentions, agent_id, agent_name: "Tove", text: "look" } });
  expect(newsOf(note([me.agent_id]), me, mine)).toMatchObject({ title: "Tove named you", about: "look" });
  expect(newsOf(note(["usr_nils"]), me, mine)).toBeNull();
  expect(newsOf(note([me.agent_id], me.agent_id), me, mine)).toBeNull();
});

test("what comes back from a snooze is news for who put it aside, at its time", () => {
  const back = (because: string) => event("conversation.returned", { data: { agent_id: me.agent_id, because } });
  expect(newsOf(back("time"), me, mine)?.title).toContain("back from its snooze");
  expect(newsOf(back("changed"), me, mine)).toBeNull();
});

test("what one does oneself is no news", () => {
  expect(newsOf(event("agent.message"), me, mine)).toBeNull();
  expect(newsOf(event("conversation.claimed"), me, mine)).toBeNull();
});

test("what the desk offers is news for whom it is offered to, with the last words", () => {
  const offer = (agent_id: string) => event("conversation.offered", { data: { agent_id, customer_name: "Aoife Brennan", preview: "Hello?" } });
  expect(newsOf(offer(me.agent_id), me, mine)).toMatchObject({ title: "Aoife Brennan is offered to you", about: "Hello?" });
  expect(newsOf(offer("usr_tove"), me, mine)).toBeNull();
});

test("of several events that come at once, none is overheard", () => {
  const came = ["7.4", "7.3", "7.2", "7.1"].map((event_id) => event("note.added", { event_id }));
  const opened = Date.parse("2026-01-15T10:29:00Z");
  const ids = (known: string | undefined, openedAt = opened) => since(came, known, openedAt).map((e) => e.event_id);
  expect(ids("7.2")).toEqual(["7.3", "7.4"]);
  expect(ids("7.4")).toEqual([]);
  expect(ids("6.9")).toEqual(["7.1", "7.2", "7.3", "7.4"]);
  expect(ids(undefined)).toEqual([]);
  expect(ids(undefined, opened - 1)).toHaveLength(4);
});
