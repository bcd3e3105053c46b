import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { row } from "../../../tests/samples";
import { RowItem } from "./RowItem";

afterEach(cleanup);

function show(over: Parameters<typeof row>[0], current = false) {
  render(<RowItem row={row(over)} current={current} offline={false} />);
  return screen.getByRole("link").textContent ?? "";
}

test("what one has not seen is counted, and not where one is looking", () => {
  expect(show({ unread: 3 })).toContain("3 unread");
  cleanup();
  expect(show({ unread: 3 }, true)).not.toContain("unread");
});

test("while the customer has the next word, the clock rests and says so", () => {
  const text = show({ status: "waiting", sla_due_at: "2026-01-15T10:29:00Z", waiting_since: "2026-01-15T10:00:00Z" });
  expect(text).toContain("paused");
  expect(text).toContain("waits for customer");
});

test("what is put aside says when it comes back", () => {
  const until = new Date(Date.now() + 50 * 60_000).toISOString();
  expect(show({ snoozed_until: until })).toMatch(/back in (49|50) min/);
});
