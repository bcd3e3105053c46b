const FIRST_MS = 500;
const LONGEST_MS = 15_000;

/** How long to wait before attempt `n` (from 0): doubling, capped, spread by `chance` in 0…1 so that clients do not return as one. */
export function backoffMs(n: number, chance: number): number {
  return Math.round(Math.min(LONGEST_MS, FIRST_MS * 2 ** n) * (0.75 + chance / 2));
}
