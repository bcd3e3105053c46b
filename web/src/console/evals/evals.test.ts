import { expect, test } from "vitest";
import { figure, inOrder, share } from "./order";

const run = (run_id: string, at: string) => ({ run_id, at, suite: "s", passed: 1, failed: 0, book: null });

test("of two chosen runs the older is compared against, whichever was chosen first", () => {
  const runs = [run("new", "2026-11-21T12:00:00Z"), run("old", "2026-11-20T12:00:00Z")];
  expect(inOrder(["new", "old"], runs)).toEqual(["old", "new"]);
  expect(inOrder(["old"], runs)).toBeNull();
});

test("shares and figures are written alike everywhere", () => {
  expect([share(5, 7), share(0, 0), figure(0.71428), figure(12), figure(null)]).toEqual(["71.4 %", "–", "0.714", "12", "–"]);
});
