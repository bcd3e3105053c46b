import { expect, test } from "vitest";
import { asked, filters, isAsked, NOTHING, readQuery, searchAt, written } from "./query";

test("a search survives being written into an address and read again", () => {
  const query = { ...NOTHING, q: "crack & glass", tag: "lamp", since: "2026-01-15" };
  expect(readQuery(written(query))).toEqual(query);
});

test("what does not matter is left out of the address", () => {
  expect(searchAt({ q: "crack", tag: "" })).toBe("#/?q=crack");
  expect(searchAt({})).toBe("#/");
});

test("the last day is counted whole", () => {
  const told = new URLSearchParams(asked({ ...NOTHING, since: "2026-01-15", until: "2026-01-15" }));
  expect(Date.parse(told.get("until") ?? "") - Date.parse(told.get("since") ?? "")).toBe(24 * 3600_000);
});

test("words alone are no filter, spaces alone are no search", () => {
  expect(filters({ ...NOTHING, q: "crack", tag: "lamp", channel: "email" })).toBe(2);
  expect(isAsked({ ...NOTHING, q: "  " })).toBe(false);
});
