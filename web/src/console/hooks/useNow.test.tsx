import { act, cleanup, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { useNow } from "./useNow";

beforeEach(() => void vi.useFakeTimers({ now: 5_000 }));
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

function Clock() {
  return <time>{useNow()}</time>;
}

test("a hundred countdowns share one timer, and it stops with the last of them", () => {
  render(Array.from({ length: 100 }, (_, i) => <Clock key={i} />));
  expect(vi.getTimerCount()).toBe(1);
  act(() => vi.advanceTimersByTime(1000));
  expect(new Set(screen.getAllByRole("time").map((node) => node.textContent))).toEqual(new Set(["6000"]));
  cleanup();
  expect(vi.getTimerCount()).toBe(0);
});

test("a countdown that begins later does not begin with an old time", () => {
  render(<Clock />);
  cleanup();
  vi.setSystemTime(90_500);
  render(<Clock />);
  expect(screen.getByRole("time").textContent).toBe("90000");
});
