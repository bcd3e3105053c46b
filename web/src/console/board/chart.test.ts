import { expect, test } from "vitest";
import { apart, curve, marks, nearest, place, stepTo, stretches, wholeTimes, type Dot, type Frame } from "./chart";

const frame: Frame = { left: 10, right: 110, top: 0, bottom: 100, x: [0, 10], y: [0, 1] };
const dot = (x: number, y: number | null): Dot => ({ x, y, say: "" });

test("the least value stands at the bottom, the greatest at the top", () => {
  expect(place(frame, 0, 0)).toEqual([10, 100]);
  expect(place(frame, 10, 1)).toEqual([110, 0]);
});

test("where nothing was counted the line has a gap", () => {
  expect(stretches([dot(0, 1), dot(1, null), dot(2, 3), dot(3, 4)]).map((s) => s.length)).toEqual([1, 2]);
  expect(stretches([])).toEqual([]);
});

test("the curve goes through every point and never beyond a turn", () => {
  const path = curve([[0, 100], [10, 0], [20, 100]]);
  expect(path.startsWith("M0.0 100.0")).toBe(true);
  expect(path.match(/-\d/)).toBeNull();
  expect(path.endsWith("20.0 100.0")).toBe(true);
});

test("marks are round and hold every value between them", () => {
  expect(marks(0.883, 1, 4)).toEqual([0.85, 0.9, 0.95, 1]);
  for (const [low, high] of [[0, 0], [63, 71.4], [-0.2, 0.5], [91, 100]] as const) {
    const found = marks(low, high);
    expect(found.length).toBeGreaterThan(1);
    expect(found[0]).toBeLessThanOrEqual(low);
    expect(found.at(-1)).toBeGreaterThanOrEqual(high);
  }
});

test("the pointer finds the point beneath it, and none far away", () => {
  const dots = [dot(0, 1), dot(5, 1), dot(10, 1)];
  expect(nearest(dots, frame, 120, 58 / 120)).toBe(1);
  expect(nearest([dot(0, 1)], frame, 120, 1)).toBeNull();
  expect(nearest([], frame, 120, 0.5)).toBeNull();
});

test("arrow keys walk along the points and stay among them", () => {
  expect(stepTo(null, "ArrowRight", 3)).toBe(0);
  expect(stepTo(null, "ArrowLeft", 3)).toBe(2);
  expect(stepTo(2, "ArrowRight", 3)).toBe(2);
  expect(stepTo(1, "Home", 3)).toBe(0);
  expect(stepTo(1, "x", 3)).toBe(1);
  expect(stepTo(null, "ArrowRight", 0)).toBeNull();
});

test("labels that would stand on each other are moved apart in their order", () => {
  expect(apart([20, 18, 60])).toEqual([31, 18, 60]);
  expect(apart([])).toEqual([]);
});

test("an axis of time has whole hours, never more than six marks", () => {
  for (const hours of [0.5, 3, 15.4, 24 * 7, 24 * 30]) {
    const from = Date.UTC(2026, 0, 15, 7, 20);
    const found = wholeTimes(from, from + hours * 3_600_000);
    expect(found.length).toBeGreaterThan(0);
    expect(found.length).toBeLessThanOrEqual(6);
    if (hours >= 3) expect(found.every((at) => new Date(at).getMinutes() === 0)).toBe(true);
  }
});
