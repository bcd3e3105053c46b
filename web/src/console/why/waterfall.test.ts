import { expect, test } from "vitest";
import { why } from "../../../tests/samples";
import { overBudget, ruleWords, tickStep, ticks, whyRows, widthOf } from "./waterfall";

const stage = (name: string, start_ms: number, ms: number, budget_ms: number | null = null) => ({ name, start_ms, ms, budget_ms });

test("stages stand in the order in which they ran, each with what it decided", () => {
  const rows = whyRows(why({ stages: [stage("rails out", 26, 0.4), stage("rails in", 2, 0.2), stage("understand", 2.5, 6.5)] }));
  expect(rows.map((r) => [r.name, r.topic])).toEqual([
    ["Rails in", "input rails"],
    ["Understand", "understanding"],
    ["Rails out", "output rails"],
  ]);
});

test("a topic is told once, at its first stage", () => {
  const rows = whyRows(why({ stages: [stage("tools", 1, 2), stage("tools", 4, 2)] }));
  expect(rows.map((r) => r.topic)).toEqual(["tools", null]);
});

test("what was decided without being measured is told as well", () => {
  const rows = whyRows(why({ route: { rule: 12, kind: "automate", reasons: [] } }));
  expect(rows).toEqual([{ name: "Route", topic: "route", stage: null }]);
});

test("the axis ends with the last stage and has round marks", () => {
  expect(widthOf(why({ ms: 10, stages: [stage("commit", 26, 4)] }))).toBe(30);
  expect(ticks(31)).toEqual([0, 10, 20, 30]);
  expect(tickStep(0.8)).toBe(0.2);
});

test("a stage over its budget is known", () => {
  expect([overBudget(stage("commit", 0, 3.5, 3)), overBudget(stage("commit", 0, 3.5)), overBudget(stage("commit", 0, 2, 3))]).toEqual([true, false, false]);
});

test("the rule is told by its number, a turn without one by why it began", () => {
  expect(ruleWords(why({ route: { rule: 11, kind: "confirm_first", reasons: [] } }))).toBe("rule 11, confirm first");
  expect(ruleWords(why({ why: "release" }))).toBe("Release");
});
