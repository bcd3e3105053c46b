import { expect, test } from "vitest";
import { laterThan } from "./snooze";

test("every offered time lies ahead, in the order of the names", () => {
  for (const day of [15, 16, 17, 18, 19, 20, 21]) {
    const now = new Date(2026, 0, day, 20, 30);
    const times = laterThan(now).map((l) => l.at.getTime());
    expect(times.every((t) => t > now.getTime())).toBe(true);
    expect([...times].sort((a, b) => a - b)).toEqual(times);
  }
});

test("on a Sunday, tomorrow is Monday and is offered once", () => {
  expect(laterThan(new Date(2026, 0, 18, 12)).map((l) => l.name)).not.toContain("Monday at nine");
});
