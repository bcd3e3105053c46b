import { expect, test } from "vitest";
import { entry, fromCustomer } from "../../tests/samples";
import { emptyChat, lastEntryNo, receive, say, unsent, type Chat } from "./chat";
import type { ServerFrame } from "./protocol";

const welcome = (over: object = {}): ServerFrame => ({
  type: "welcome",
  token: "tok",
  conversation_id: "cnv_1",
  company: "Kessel & Birch",
  speaker: { kind: "assistant", name: "the assistant" },
  status: "active",
  entries: [],
  ...over,
});

const after = (...frames: ServerFrame[]): Chat => frames.reduce(receive, receive(emptyChat("us"), welcome()));
const texts = (chat: Chat): string[] => chat.shown.map((s) => s.entry.text);

test("an entry that arrives twice is shown once", () => {
  const frame: ServerFrame = { type: "entry", entry: entry() };
  expect(texts(after(frame, frame))).toEqual(["Delivered on 13 January."]);
});

test("entries stand in their order, however they arrive", () => {
  const second = entry({ entry_no: 2, message_id: "b", text: "two" });
  const first = entry({ entry_no: 1, message_id: "a", text: "one" });
  expect(texts(after({ type: "entry", entry: second }, { type: "entry", entry: first }))).toEqual(["one", "two"]);
});

test("the customer's own words take the place of the pending message, keeping its key", () => {
  const said = say(after(), "id-1", "hello", null);
  const shown = [
    { type: "ack", id: "id-1", seq: 4 },
    { type: "entry", entry: fromCustomer("hello", { seq: 4 }) },
  ] satisfies ServerFrame[];
  const chat = shown.reduce(receive, said);
  expect(chat.pending).toEqual([]);
  expect(chat.shown.map((s) => s.key)).toEqual(["id-1"]);
});

test("it makes no difference whether the entry comes before its acknowledgement", () => {
  let chat = say(after(), "id-1", "hello", null);
  chat = receive(chat, { type: "entry", entry: fromCustomer("hello", { seq: 4 }) });
  chat = receive(chat, { type: "ack", id: "id-1", seq: 4 });
  expect(chat.pending).toEqual([]);
  expect(texts(chat)).toEqual(["hello"]);
});

test("a code that was taken is not left on the screen: the timeline keeps that it was given", () => {
  let chat = say(after(), "id-1", "709693", null);
  chat = receive(chat, { type: "ack", id: "id-1", seq: 0 });
  chat = receive(chat, { type: "entry", entry: fromCustomer("••••••", { seq: null }) });
  expect(chat.pending).toEqual([]);
  expect(texts(chat)).toEqual(["••••••"]);
});

test("two equal messages both stay until both have come back", () => {
  let chat = say(say(after(), "id-1", "hello?", null), "id-2", "hello?", null);
  chat = receive(chat, { type: "entry", entry: fromCustomer("hello?", { seq: 1, message_id: "a" }) });
  expect(chat.pending.map((p) => p.id)).toEqual(["id-2"]);
});

test("what was not acknowledged is sent again after a reconnect, in order", () => {
  let chat = say(say(after(), "id-1", "one", null), "id-2", "two", null);
  chat = receive(chat, { type: "ack", id: "id-1", seq: 1 });
  expect(unsent(receive(chat, welcome())).map((p) => p.text)).toEqual(["two"]);
});

test("a refused message says why and is not sent again", () => {
  const problem = { type: "/problems/too-large", title: "Too large.", detail: "A message may have 64 kB.", status: 413 };
  const chat = receive(say(after(), "id-1", "long", null), { type: "error", id: "id-1", problem });
  expect(chat.pending[0]?.refused).toBe("A message may have 64 kB.");
  expect(unsent(chat)).toEqual([]);
});

test("who is too fast reads the company's words for it", () => {
  const problem = { type: "/problems/too-many-messages", title: "Too fast.", detail: "4 s.", status: 429, notice: "One moment." };
  const chat = receive(say(after(), "id-1", "hi", null), { type: "error", id: "id-1", problem });
  expect(chat.pending[0]?.refused).toBe("One moment.");
});

test("a reply ends the sign that the assistant is working", () => {
  const working = after({ type: "working" });
  expect(working.working).toBe(true);
  expect(receive(working, { type: "entry", entry: entry() }).working).toBe(false);
});

test("nobody is working once a person has it", () => {
  const status: ServerFrame = { type: "status", status: "assigned", speaker: { kind: "agent", name: "Runa" } };
  const chat = after({ type: "working" }, status, { type: "working" });
  expect(chat.working).toBe(false);
  expect(chat.speaker.name).toBe("Runa");
});

test("another conversation empties the page, the same one continues", () => {
  const chat = after({ type: "entry", entry: entry({ entry_no: 3 }) });
  expect(lastEntryNo(chat)).toBe(3);
  expect(texts(receive(chat, welcome()))).toHaveLength(1);
  expect(texts(receive(chat, welcome({ conversation_id: "cnv_2" })))).toHaveLength(0);
});

const sentence = (seq: number, text: string): ServerFrame => ({ type: "provisional", seq, number: 1, text });

test("sentences of a reply that is being written stand together until the message takes their place", () => {
  const writing = after({ type: "working" }, sentence(2, "It was delivered."), sentence(2, "Tell me more."));
  expect(writing.writing?.text).toBe("It was delivered. Tell me more.");
  const done = receive(writing, { type: "entry", entry: entry({ seq: 2, text: "It was delivered. Tell me more!" }) });
  expect(done.writing).toBeNull();
  expect(texts(done)).toEqual(["It was delivered. Tell me more!"]);
});

test("sentences that were taken back disappear, and others of their turn do not come back late", () => {
  const writing = after(sentence(2, "It was delivered."));
  expect(receive(writing, { type: "retract", seq: 1 }).writing?.text).toBe("It was delivered.");
  expect(receive(writing, { type: "retract", seq: 2 }).writing).toBeNull();
  const answered = after({ type: "entry", entry: entry({ seq: 2 }) }, sentence(2, "It was"));
  expect(answered.writing).toBeNull();
});

test("nothing is shown provisionally once a person has it", () => {
  const status: ServerFrame = { type: "status", status: "assigned", speaker: { kind: "agent", name: "Runa" } };
  expect(after(sentence(2, "It was"), status).writing).toBeNull();
  expect(after(status, sentence(2, "It was")).writing).toBeNull();
});

test("a person who writes is seen writing until their words come, or until they stop", () => {
  const withPerson = receive(emptyChat("Lamps"), { type: "status", status: "human_handling", speaker: { kind: "agent", name: "Runa" } });
  const writing = receive(withPerson, { type: "working", on: true });
  expect(writing.working).toBe(true);
  expect(receive(writing, { type: "working", on: false }).working).toBe(false);
});
