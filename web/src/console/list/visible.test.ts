import { expect, test } from "vitest";
import { ROW_PX, scrollFor, visibleRows } from "./visible";

test("of a thousand rows only those on the screen and a few beyond are made", () => {
  const { from, to } = visibleRows(1000, 500 * ROW_PX, 800);
  expect(from).toBeLessThanOrEqual(500);
  expect(to).toBeGreaterThanOrEqual(500 + Math.ceil(800 / ROW_PX));
  expect(to - from).toBeLessThan(40);
});

test("a short list is made whole", () => {
  expect(visibleRows(40, 900, 300)).toEqual({ from: 0, to: 40 });
});

test("scrolled past its end, a list shows no rows that are not there", () => {
  expect(visibleRows(100, 100_000, 800)).toEqual({ from: 100, to: 100 });
});

test("a row is scrolled to only when it cannot be seen", () => {
  expect(scrollFor(3, 28, 0, 800, 28)).toBeNull();
  expect(scrollFor(50, 28, 0, 800, 28)).toBe(28 + 51 * ROW_PX - 800);
  expect(scrollFor(2, 28, 1000, 800, 28)).toBe(2 * ROW_PX);
});
