import { expect, test } from "vitest";
import { backoffMs } from "./backoff";
import { safeUrl, stretches } from "./cited";
import type { Citation } from "./entry";
import { sentimentStep } from "./sentiment";
import { slaAt } from "./sla";

const source: Citation = { number: 1, title: "Returns", heading: "When", url: "/help/returns#when" };

test("no space is left between a claim and its mark", () => {
  expect(stretches("30 days. [1] Free.", [source])[0]).toEqual({ kind: "words", text: "30 days." });
});

test("a mark with a source becomes a link, one without stays words", () => {
  expect(stretches("30 days.[1] Free.[2]", [source])).toEqual([
    { kind: "words", text: "30 days." },
    { kind: "cite", citation: source },
    { kind: "words", text: " Free." },
    { kind: "words", text: "[2]" },
  ]);
});

test.each(["javascript:alert(1)", "data:text/html,x", "//elsewhere.example/x", "vbscript:x"])("an address like %s leads nowhere", (url) => {
  expect(safeUrl(url)).toBe("#");
});

test.each(["/help/returns#when", "https://shop.example/help", "#top"])("an address like %s is kept", (url) => {
  expect(safeUrl(url)).toBe(url);
});

test("waits double up to a limit and are spread", () => {
  expect([0, 1, 2].map((n) => backoffMs(n, 0.5))).toEqual([500, 1000, 2000]);
  expect(backoffMs(40, 0.5)).toBe(15_000);
  expect(backoffMs(3, 0)).toBeLessThan(backoffMs(3, 1));
});

test("sentiment falls into five steps", () => {
  expect([-0.68, -0.31, 0.04, 0.31, 0.77].map(sentimentStep)).toEqual([1, 2, 3, 4, 5]);
});

const SINCE = "2026-01-15T10:00:00Z";
const DUE = "2026-01-15T10:10:00Z";
const at = (time: string): number => Date.parse(`2026-01-15T${time}Z`);

test("the clock is calm, then soon, then late, then over", () => {
  expect(slaAt(SINCE, DUE, at("10:02:00"))).toEqual({ kind: "running", seconds: 480, left: 0.8, mood: "calm" });
  expect(slaAt(SINCE, DUE, at("10:07:00"))).toMatchObject({ mood: "soon" });
  expect(slaAt(SINCE, DUE, at("10:09:30"))).toMatchObject({ mood: "late" });
  expect(slaAt(SINCE, DUE, at("10:11:00"))).toEqual({ kind: "overdue", seconds: 60 });
});

test("without a time to keep there is no clock", () => {
  expect(slaAt(SINCE, null, at("10:02:00"))).toEqual({ kind: "none" });
});
