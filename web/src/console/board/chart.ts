/** One point of a line; what it says is read to whoever cannot see the line. */
export interface Dot {
  x: number;
  y: number | null;
  say: string;
  href?: string;
}

/** A piece of the plane, from data to pixels. */
export interface Frame {
  left: number;
  right: number;
  top: number;
  bottom: number;
  x: readonly [number, number];
  y: readonly [number, number];
}

export function place(frame: Frame, x: number, y: number): [number, number] {
  const wide = Math.max(frame.x[1] - frame.x[0], 1e-9);
  const high = Math.max(frame.y[1] - frame.y[0], 1e-9);
  return [
    frame.left + ((x - frame.x[0]) / wide) * (frame.right - frame.left),
    frame.bottom - ((y - frame.y[0]) / high) * (frame.bottom - frame.top),
  ];
}

/** The stretches of a line between its gaps. */
export function stretches(dots: readonly Dot[]): { x: number; y: number }[][] {
  const found: { x: number; y: number }[][] = [];
  let open: { x: number; y: number }[] = [];
  for (const { x, y } of dots) {
    if (y === null) {
      if (open.length) found.push(open);
      open = [];
    } else open.push({ x, y });
  }
  return open.length ? [...found, open] : found;
}

/** A curve through every point that never swings beyond them. */
export function curve(points: readonly (readonly [number, number])[]): string {
  const first = points[0];
  if (!first) return "";
  const slopes = tangents(points);
  const steps = points.slice(1).map(([x, y], i) => {
    const [fromX, fromY] = points[i] ?? first;
    const third = (x - fromX) / 3;
    return `C${at(fromX + third)} ${at(fromY + third * (slopes[i] ?? 0))} ${at(x - third)} ${at(y - third * (slopes[i + 1] ?? 0))} ${at(x)} ${at(y)}`;
  });
  return `M${at(first[0])} ${at(first[1])}${steps.join("")}`;
}

/** The slope at each point, flat where the line turns (Fritsch and Carlson). */
function tangents(points: readonly (readonly [number, number])[]): number[] {
  const rises = points.slice(1).map(([x, y], i) => (y - (points[i]?.[1] ?? y)) / Math.max(x - (points[i]?.[0] ?? x), 1e-9));
  return points.map((_, i) => {
    const [before, after] = [rises[i - 1] ?? rises[i] ?? 0, rises[i] ?? rises[i - 1] ?? 0];
    return before * after <= 0 ? 0 : (2 * before * after) / (before + after);
  });
}

function at(n: number): string {
  return n.toFixed(1);
}

/** Round marks of an axis, at most `most`, from below the least to above the greatest value. */
export function marks(low: number, high: number, most = 4): number[] {
  const step = roundStep(Math.max(high - low, 1e-6) / Math.max(most - 1, 1));
  const from = Math.floor(low / step + 1e-9) * step;
  const found: number[] = [];
  for (let mark = from; mark < high + step - 1e-9 || found.length < 2; mark += step) found.push(Number(mark.toFixed(6)));
  return found;
}

function roundStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough - 1e-12) ?? rough;
}

/** So near the pointer must be, in the picture's own measure. */
const REACH = 24;

/** The point nearest to a place of the width, from 0 at the left to 1 at the right of the picture. */
export function nearest(dots: readonly Dot[], frame: Frame, width: number, share: number): number | null {
  const x = share * width;
  const away = dots.map((dot) => Math.abs(place(frame, dot.x, 0)[0] - x));
  const least = Math.min(...away);
  return least < REACH ? away.indexOf(least) : null;
}

/** Which point the arrow keys come to from `from`; null before the first key. */
export function stepTo(from: number | null, key: string, length: number): number | null {
  if (!length) return null;
  switch (key) {
    case "ArrowRight":
      return from === null ? 0 : Math.min(length - 1, from + 1);
    case "ArrowLeft":
      return from === null ? length - 1 : Math.max(0, from - 1);
    case "Home":
      return 0;
    case "End":
      return length - 1;
    default:
      return from;
  }
}

const HOUR_MS = 3_600_000;
const STEPS_H = [1, 2, 3, 4, 6, 12, 24, 48, 120, 240];

/** Whole hours or days between two times, at most five, by the reader's clock. */
export function wholeTimes(from: number, to: number): number[] {
  const step = (STEPS_H.find((hours) => (to - from) / (hours * HOUR_MS) <= 5) ?? 240) * HOUR_MS;
  const offset = new Date(from).getTimezoneOffset() * 60_000;
  const first = Math.ceil((from - offset) / step) * step + offset;
  const found: number[] = [];
  for (let at = first; at <= to; at += step) found.push(at);
  return found.length ? found : [from];
}

/** Moves labels that would stand on each other apart, keeping their order. */
export function apart(places: readonly number[], least = 13): number[] {
  const order = places.map((y, i) => ({ y, i })).sort((a, b) => a.y - b.y);
  const moved = [...places];
  order.forEach(({ y, i }, n) => {
    const above = n ? moved[order[n - 1]?.i ?? 0] : undefined;
    moved[i] = above === undefined ? y : Math.max(y, above + least);
  });
  return moved;
}
