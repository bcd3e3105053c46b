import type { Entry } from "../api/types";

/** The lines of a conversation that are on the screen, oldest first, and whether there are lines before them. */
export interface Lines {
  entries: readonly Entry[];
  earlier: boolean;
}

export const NO_LINES: Lines = { entries: [], earlier: false };

/** Joins what is known with the newest lines; when they do not meet, only the newest are whole and count. */
export function withNewest(known: Lines, newest: Lines): Lines {
  const first = newest.entries[0];
  const last = known.entries.at(-1);
  if (!first) return known;
  if (!last || first.entry_no > last.entry_no) return newest;
  const before = known.entries.filter((e) => e.entry_no < first.entry_no);
  return { entries: [...before, ...newest.entries], earlier: before.length ? known.earlier : newest.earlier };
}

/** Puts older lines before those that are known. */
export function withOlder(known: Lines, older: Lines): Lines {
  const first = known.entries[0];
  const before = older.entries.filter((e) => !first || e.entry_no < first.entry_no);
  return { entries: [...before, ...known.entries], earlier: older.earlier };
}
