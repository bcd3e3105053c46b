import { expect, test } from "vitest";
import { approval, conversation, entry, event } from "../../tests/samples";
import { feedLine } from "./feed";
import { happened, stepStates } from "./guide";

test("before the first word the first step is the current one", () => {
  expect(stepStates(happened(undefined, false))).toEqual(["current", "next", "next", "next"]);
});

test("steps tick themselves off as the story goes on", () => {
  const story = conversation({ timeline: [entry()], approvals: [approval()] });
  expect(stepStates(happened(story, false))).toEqual(["done", "done", "current", "next"]);
  const decided = conversation({ timeline: [entry()], approvals: [approval({ status: "edited" })] });
  expect(stepStates(happened(decided, false))).toEqual(["done", "done", "done", "current"]);
});

test("who asks why first still finds the other steps waiting", () => {
  const story = conversation({ timeline: [entry()] });
  expect(stepStates(happened(story, true))).toEqual(["done", "current", "next", "done"]);
});

test("an event is told in words with its cost where that is known", () => {
  expect(feedLine(event("reply.committed", { data: { seq: 3, cpu_ms: 8.61 } })).aside).toBe("8.6 ms CPU");
  expect(feedLine(event("approval.requested", { data: { seq: 3 } })).aside).toBe("turn 3");
});
