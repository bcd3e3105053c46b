import { expect, test } from "vitest";
import { why } from "../../../tests/samples";
import { modelSum, modelWords, overBudget, ruleWords, tickStep, ticks, whyRows, widthOf } from "./waterfall";

const stage = (name: string, start_ms: number, ms: number, budget_ms: number | null = null) => ({ name, start_ms, ms, budget_ms });

test("stages stand in the order in which they ran, each with what it decided", () => {
  const rows = whyRows(why({ stages: [stage("rails out", 26, 0.4), stage("rails in", 2, 0.2), stage("understand", 2.5, 6.5)] }));
  expect(rows.map((r) => [r.name, r.topic])).toEqual([
    ["Rails in", "input rails"],
    ["Understand", "understanding"],
    ["Rails out", "output rails"],
  ]);
});

test("stages of one topic stand in one row, where the first began", () => {
  const rows = whyRows(why({ stages: [stage("tools", 4, 2), stage("rails out", 9, 1), stage("tools", 1, 2)] }));
  expect(rows.map((r) => [r.topic, r.stages.map((s) => s.start_ms)])).toEqual([
    ["tools", [1, 4]],
    ["output rails", [9]],
  ]);
});

test("what was decided without being measured is told as well", () => {
  const rows = whyRows(why({ route: { rule: 12, kind: "automate", reasons: [] } }));
  expect(rows).toEqual([{ name: "Route", topic: "route", stages: [] }]);
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

const call = { purpose: "plan", model: "small-1", outcome: "answered", ms: 400, prompt_tokens: 500, completion_tokens: 20, cost_usd: 0.0003 };

test("a model's call is told with how it ended, its tokens and its price", () => {
  expect(modelWords(call)).toBe("small-1, plan: used, 520 tokens, $0.0003");
  expect(modelWords({ ...call, outcome: "rate_limited", cost_usd: null })).toBe("small-1, plan: rate limited, 520 tokens");
  expect(modelWords({ ...call, used: false, because: "figures added" })).toContain("figures added");
});

test("a model's stage belongs to the models, and the sum says when none was used", () => {
  const rows = whyRows(why({ stages: [stage("model plan", 3, 400), stage("plan", 404, 2)], models: [call] }));
  expect(rows.map((r) => r.topic)).toEqual(["models", "flow"]);
  expect(modelSum(why())).toEqual({ figure: "no model used", words: "planner: rules" });
  expect(modelSum(why({ models: [call], planner: { by: "small" } }))).toEqual({ figure: "$0.0003", words: "models, planner: small" });
});
