import { expect, test } from "vitest";
import { hunk, mend, tree, without, withChange } from "./draft";
import { HEIGHT, layOut, pathOf, WIDTH } from "./layout";
import type { FlowEdge, FlowNode, Picture } from "./types";

const node = (id: string): FlowNode => ({ id, kind: "say", title: id, detail: "", line: 1 });
const edge = (source: string, target: string, back = false): FlowEdge => ({ source, target, label: "", back });
const picture = (edges: FlowEdge[]): Picture => ({ flow: "f", description: "", file: "f.yaml", line: 1, edges, nodes: [...new Set(edges.flatMap((e) => [e.source, e.target]))].map(node) });

test("a step stands below everything that leads to it, also where a way skips steps", () => {
  const { nodes } = layOut(picture([edge("a", "b"), edge("b", "c"), edge("a", "c")]));
  const y = Object.fromEntries(nodes.map((one) => [one.id, one.y]));
  expect(y.a).toBeLessThan(y.b ?? 0);
  expect(y.b).toBeLessThan(y.c ?? 0);
});

test("no two steps of a row touch, and a long way passes between them", () => {
  const { nodes, ways } = layOut(picture([edge("a", "b"), edge("a", "c"), edge("a", "d"), edge("b", "e"), edge("a", "e"), edge("e", "a", true)]));
  for (const one of nodes) for (const other of nodes) if (one !== other && one.y === other.y) expect(Math.abs(one.x - other.x)).toBeGreaterThan(WIDTH);
  const long = ways.find((way) => way.source === "a" && way.target === "e");
  const [x, y] = long?.points[1] ?? [0, 0];
  expect(nodes.some((one) => x > one.x && x < one.x + WIDTH && y > one.y && y < one.y + HEIGHT)).toBe(false);
  expect(ways.every((way) => !pathOf(way).includes("NaN"))).toBe(true);
});

test("a misspelt word is replaced by the one that was meant, and only it", () => {
  const line = "      - if: slots.amout > 100";
  const found = mend(line, line.indexOf("slots") + 1, "Did you mean 'amount'?");
  expect(found && line.slice(0, found.from) + found.word + line.slice(found.to)).toBe("      - if: slots.amount > 100");
  expect(mend(line, 3, "Remove it?")).toBeNull();
});

test("what was published is no draft any more, what was written meanwhile is", () => {
  const sent = { "a.yaml": { text: "1", was: "x" }, "b.yaml": { text: "2", was: "x" } };
  const now = withChange(sent, "b.yaml", { text: "3", was: "x" });
  expect(without(now, sent)).toEqual({ "b.yaml": { text: "3", was: "x" } });
});

test("a difference shows the lines that are not alike", () => {
  expect(hunk("a\nb\nc\n", "a\nx\ny\nc\n")).toEqual({ gone: ["b"], come: ["x", "y"], at: 2 });
  expect(hunk("a", "a")).toBeNull();
});

test("files stand under their folders, those of no folder at the end", () => {
  expect(tree(["rails.yaml", "flows/b.yaml", "flows/a.yaml"])).toEqual([
    { folder: "flows", files: ["flows/a.yaml", "flows/b.yaml"] },
    { folder: "", files: ["rails.yaml"] },
  ]);
});
