import type { RunLine } from "./types";

/** Two chosen runs, the older first; null when there are not two. */
export function inOrder(chosen: readonly string[], runs: readonly RunLine[]): [string, string] | null {
  const found = runs.filter((run) => chosen.includes(run.run_id)).sort((a, b) => a.at.localeCompare(b.at));
  const [old, now] = found;
  return old && now ? [old.run_id, now.run_id] : null;
}

/** A share in hundredths, as figures are written everywhere. */
export function share(part: number, whole: number): string {
  return whole ? `${((part / whole) * 100).toFixed(1)} %` : "–";
}

/** A figure: counts whole, shares with three places. */
export function figure(value: number | null): string {
  if (value === null) return "–";
  return Number.isInteger(value) ? String(value) : value.toFixed(3);
}
