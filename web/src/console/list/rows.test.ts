import { expect, test } from "vitest";
import { row } from "../../../tests/samples";
import { matching, neighbour, queueGroups } from "./rows";

const marta = row();
const aoife = row({ conversation_id: "cnv_2", customer: { name: "Aoife Brennan", tier: "standard", language: "en" }, preview: "Can I speak to someone?" });

test("one's own stand first, and nobody stands twice", () => {
  const groups = queueGroups([marta], [marta, aoife], "1 of 5");
  expect(groups.map((g) => [g.title, g.rows.map((r) => r.conversation_id)])).toEqual([
    ["Yours", ["cnv_1"]],
    ["Waiting for a person", ["cnv_2"]],
  ]);
});

test("a heading without conversations is not shown", () => {
  expect(queueGroups([], [], "0 of 5")).toEqual([]);
});

test("searching looks at names and last words", () => {
  const groups = queueGroups([], [marta, aoife], "");
  expect(matching(groups, "brennan")[0]?.rows).toEqual([aoife]);
  expect(matching(groups, "the CARD")[0]?.rows).toEqual([marta]);
  expect(matching(groups, "nobody")).toEqual([]);
});

test("moving stays inside the list", () => {
  const rows = [marta, aoife];
  expect(neighbour(rows, null, 1)).toBe("cnv_1");
  expect(neighbour(rows, "cnv_1", 1)).toBe("cnv_2");
  expect(neighbour(rows, "cnv_2", 1)).toBe("cnv_2");
  expect(neighbour([], "cnv_2", 1)).toBeNull();
});
