import type { FlowEdge, FlowNode, Picture } from "./types";

export const WIDTH = 158;
export const HEIGHT = 42;
const GAP_X = 22;
const GAP_Y = 40;
const THIN = 16;

export interface Placed extends FlowNode {
  x: number;
  y: number;
}

export interface Way extends FlowEdge {
  /** Points from the lower edge of one node to the upper edge of the other. */
  points: readonly (readonly [number, number])[];
}

export interface Layout {
  nodes: Placed[];
  ways: Way[];
  width: number;
  height: number;
}

interface Cell {
  id: string;
  width: number;
  above: string[];
  x: number;
}

/** Lays a flow out from above to below: each step under all that lead to it, long ways past the others. */
export function layOut(picture: Picture): Layout {
  const forward = picture.edges.filter((edge) => !edge.back);
  const layer = layers(picture.nodes, forward);
  const cells = new Map<string, Cell>(picture.nodes.map((node) => [node.id, { id: node.id, width: WIDTH, above: [], x: 0 }]));
  const rows: string[][] = [];
  for (const node of picture.nodes) (rows[layer.get(node.id) ?? 0] ??= []).push(node.id);
  const through = new Map<FlowEdge, string[]>(forward.map((edge) => [edge, thread(edge, layer, cells, rows)]));
  for (const row of rows) place(row, cells);
  return drawn(picture, layer, cells, through);
}

/** The longest way from the beginning says how deep a step stands. */
function layers(nodes: readonly FlowNode[], edges: readonly FlowEdge[]): Map<string, number> {
  const depth = new Map(nodes.map((node) => [node.id, 0]));
  for (let round = 0, moved = true; moved && round <= nodes.length; round += 1) {
    moved = false;
    for (const { source, target } of edges) {
      const least = (depth.get(source) ?? 0) + 1;
      if (least > (depth.get(target) ?? 0)) {
        depth.set(target, least);
        moved = true;
      }
    }
  }
  return depth;
}

/** Leaves room in every row that a long way passes, and returns the cells it goes through. */
function thread(edge: FlowEdge, layer: Map<string, number>, cells: Map<string, Cell>, rows: string[][]): string[] {
  const path: string[] = [];
  let before = edge.source;
  for (let row = (layer.get(edge.source) ?? 0) + 1; row < (layer.get(edge.target) ?? 0); row += 1) {
    const id = `${edge.source}>${edge.target}@${row}:${edge.label}`;
    cells.set(id, { id, width: THIN, above: [before], x: 0 });
    (rows[row] ??= []).push(id);
    path.push(id);
    before = id;
  }
  cells.get(edge.target)?.above.push(before);
  return path;
}

/** Puts a row's cells under what leads to them, side by side without touching. */
function place(row: string[], cells: Map<string, Cell>): void {
  const found = row.flatMap((id) => cells.get(id) ?? []);
  const wanted = new Map(found.map((cell) => [cell, mean(cell.above.map((id) => cells.get(id)?.x ?? 0))]));
  found.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0));
  let edge = -Infinity;
  for (const cell of found) {
    cell.x = Math.max(wanted.get(cell) ?? 0, edge + GAP_X + cell.width / 2);
    edge = cell.x + cell.width / 2;
  }
  const drift = mean(found.map((cell) => cell.x - (wanted.get(cell) ?? 0)));
  for (const cell of found) cell.x -= drift;
}

function mean(values: readonly number[]): number {
  return values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : 0;
}

function drawn(picture: Picture, layer: Map<string, number>, cells: Map<string, Cell>, through: Map<FlowEdge, string[]>): Layout {
  const left = Math.min(...[...cells.values()].map((cell) => cell.x - cell.width / 2)) - GAP_X;
  const x = (id: string): number => (cells.get(id)?.x ?? 0) - left;
  const y = (row: number): number => row * (HEIGHT + GAP_Y) + 16;
  const nodes = picture.nodes.map((node) => ({ ...node, x: x(node.id) - WIDTH / 2, y: y(layer.get(node.id) ?? 0) }));
  const at = (id: string): Placed | undefined => nodes.find((node) => node.id === id);
  const ways = picture.edges.flatMap((edge): Way[] => {
    const [from, to] = [at(edge.source), at(edge.target)];
    if (!from || !to) return [];
    if (edge.back) return [{ ...edge, points: around(from, to) }];
    const between = (through.get(edge) ?? []).map((id, step) => [x(id), y((layer.get(edge.source) ?? 0) + 1 + step) + HEIGHT / 2] as const);
    return [{ ...edge, points: [[from.x + WIDTH / 2, from.y + HEIGHT], ...between, [to.x + WIDTH / 2, to.y]] }];
  });
  const width = Math.max(...[...cells.values()].map((cell) => cell.x + cell.width / 2)) - left + GAP_X * 2;
  return { nodes, ways, width, height: Math.max(...nodes.map((node) => node.y)) + HEIGHT + 24 };
}

/** A way back goes beside the steps it skips. */
function around(from: Placed, to: Placed): [number, number][] {
  const side = Math.max(from.x, to.x) + WIDTH + GAP_X;
  return [
    [from.x + WIDTH, from.y + HEIGHT / 2],
    [side, from.y + HEIGHT / 2],
    [side, to.y + HEIGHT / 2],
    [to.x + WIDTH, to.y + HEIGHT / 2],
  ];
}

/** A way as an SVG path: soft between rows, straight on the way back. */
export function pathOf(way: Way): string {
  const [first, ...rest] = way.points;
  if (!first) return "";
  if (way.back) return `M${first.join(" ")} ${rest.map((point) => `L${point.join(" ")}`).join(" ")}`;
  let [x, y] = first;
  const parts = rest.map(([nextX, nextY]) => {
    const middle = (y + nextY) / 2;
    const part = `C${x} ${middle} ${nextX} ${middle} ${nextX} ${nextY}`;
    [x, y] = [nextX, nextY];
    return part;
  });
  return `M${first.join(" ")} ${parts.join(" ")}`;
}
