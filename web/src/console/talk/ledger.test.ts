import { expect, test } from "vitest";
import { approval, entry, fromCustomer } from "../../../tests/samples";
import { explainedTurns, lastRead, ledger, marked, threadX, voiceOf } from "./ledger";

const asked = fromCustomer("It came with a crack.", { message_id: "a", sentiment: -0.4, timestamp: "2026-01-15T10:28:00Z" });
const offer = entry({ message_id: "b", timestamp: "2026-01-15T10:28:01Z" });
const later = fromCustomer("And the other order?", { message_id: "c", sentiment: 0.2, timestamp: "2026-01-15T10:30:00Z" });

test("an approval stands where it was asked", () => {
  const lines = ledger({ timeline: [asked, offer, later], approvals: [approval()] });
  expect(lines.map((l) => l.kind)).toEqual(["split", "entry", "entry", "approval", "entry"]);
});

test("an approval asked after the last words stands at the end", () => {
  expect(ledger({ timeline: [asked, offer], approvals: [approval()] }).at(-1)?.kind).toBe("approval");
});

test("a change of channel or day is marked", () => {
  const mail = fromCustomer("Hello?", { message_id: "d", channel: "email", timestamp: "2026-01-15T10:40:00Z" });
  const tomorrow = fromCustomer("Hello?", { message_id: "e", channel: "email", timestamp: "2026-01-17T10:40:00Z" });
  const splits = ledger({ timeline: [asked, mail, tomorrow], approvals: [] }).filter((l) => l.kind === "split");
  expect(splits.map((s) => s.channel)).toEqual(["web", "email", "email"]);
});

test("the thread moves with the customer's words and stays for others'", () => {
  const xs = ledger({ timeline: [asked, offer, later], approvals: [] }).map((l) => l.thread.x);
  expect(xs).toEqual([threadX(null), threadX(-0.4), threadX(-0.4), threadX(0.2)]);
  expect(threadX(-1)).toBeLessThan(threadX(1));
});

test("turns are explained for the assistant's own replies, each once, not for what an action reports", () => {
  const report = entry({ message_id: "r", thread_id: "cnv_1:action:1", seq: 2 });
  const notice = entry({ message_id: "n", kind: "notice", seq: 4 });
  expect(explainedTurns([asked, offer, { ...offer, message_id: "b2" }, report, notice], "cnv_1")).toEqual([1]);
});

test("one voice at a time", () => {
  const runa = { agent_id: "usr_runa", name: "Runa Solberg" };
  expect(voiceOf({ status: "active", owner: null }, "usr_runa").kind).toBe("assistant");
  expect(voiceOf({ status: "escalating", owner: null }, "usr_runa").kind).toBe("waiting");
  expect(voiceOf({ status: "assigned", owner: runa }, "usr_runa").kind).toBe("mine");
  expect(voiceOf({ status: "assigned", owner: runa }, "usr_tove")).toEqual({ kind: "other", name: "Runa Solberg" });
  expect(voiceOf({ status: "resolved", owner: runa }, "usr_runa").kind).toBe("closed");
});

test("what was understood is marked in the words, with its number sign", () => {
  expect(marked("where is my order #1042?", ["1042"])).toEqual([
    { text: "where is my order ", entity: false },
    { text: "#1042", entity: true },
    { text: "?", entity: false },
  ]);
});

test("a value inside a longer word is not marked, and signs of patterns are taken as they are", () => {
  expect(marked("10425 (a+b)", ["1042", "(a+b)"])).toEqual([
    { text: "10425 ", entity: false },
    { text: "(a+b)", entity: true },
  ]);
});

test("it is said under a person's newest words that the customer read them, and under no others", () => {
  const asked = fromCustomer("Hello?", { entry_no: 1, message_id: "a" });
  const first = entry({ entry_no: 2, message_id: "b", sender: "agent" });
  const second = entry({ entry_no: 3, message_id: "c", sender: "agent" });
  expect(lastRead([asked, first], 2)).toBe("b");
  expect(lastRead([asked, first, second], 2)).toBeNull();
  expect(lastRead([asked, first, second], 3)).toBe("c");
  expect(lastRead([asked, entry({ entry_no: 2 })], 2)).toBeNull();
  expect(lastRead([asked, first], null)).toBeNull();
});
