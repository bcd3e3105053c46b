import { expect, test } from "vitest";
import { row } from "../../../tests/samples";
import { foundGroup, neighbour, queueGroups } from "./rows";

const marta = row();
const aoife = row({ conversation_id: "cnv_2", customer: { name: "Aoife Brennan", tier: "standard", language: "en" }, preview: "Can I speak to someone?" });

test("one's own stand first, and nobody stands twice", () => {
  const groups = queueGroups([marta], [marta, aoife], "1 of 5");
  expect(groups.map((g) => [g.title, g.rows.map((r) => r.conversation_id)])).toEqual([
    ["Yours", ["cnv_1"]],
    ["Waiting for a person", ["cnv_2"]],
  ]);
});

test("who is offered to oneself does not wait below as well", () => {
  expect(queueGroups([], [marta, aoife], "0 of 5", [aoife]).map((g) => g.rows)).toEqual([[marta]]);
});

test("a heading without conversations is not shown", () => {
  expect(queueGroups([], [], "0 of 5")).toEqual([]);
});

test("what a search found says in which line the words stand", () => {
  const line = { entry_no: 3, sender: "customer", timestamp: "2026-01-15T10:29:00Z", text: "a crack in the glass" };
  const groups = foundGroup([{ ...marta, line }, { ...aoife, line: null }], true);
  expect(groups[0]?.aside).toBe("2");
  expect(groups[0]?.lines?.get("cnv_1")?.text).toBe("a crack in the glass");
  expect(groups[0]?.lines?.has("cnv_2")).toBe(false);
  expect(foundGroup([], true)).toEqual([]);
});

test("moving stays inside the list", () => {
  const rows = [marta, aoife];
  expect(neighbour(rows, null, 1)).toBe("cnv_1");
  expect(neighbour(rows, "cnv_1", 1)).toBe("cnv_2");
  expect(neighbour(rows, "cnv_2", 1)).toBe("cnv_2");
  expect(neighbour([], "cnv_2", 1)).toBeNull();
});
