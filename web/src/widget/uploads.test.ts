import { expect, test } from "vitest";
import { outcome, sizeText } from "./uploads";

test("a file that was taken is known by the engine's id", () => {
  expect(outcome(201, '{"attachment_id":"att_1","name":"lamp.png"}')).toEqual({ kind: "there", id: "att_1" });
});

test("a refusal is told in the engine's words, the company's own first", () => {
  const problem = { title: "The file is too large.", detail: "10 MB are taken." };
  expect(outcome(413, JSON.stringify(problem))).toEqual({ kind: "refused", why: "The file is too large. 10 MB are taken." });
  expect(outcome(429, JSON.stringify({ ...problem, notice: "Give us a moment." }))).toEqual({ kind: "refused", why: "Give us a moment." });
});

test("an answer without words can be tried again", () => {
  expect(outcome(502, "<html>Bad gateway</html>")).toEqual({ kind: "refused", why: null });
});

test("sizes are said as people say them", () => {
  expect([1, 999, 48_210, 2_400_000].map(sizeText)).toEqual(["1 kB", "1 kB", "48 kB", "2.4 MB"]);
});
