import type { Row } from "../api/types";
import type { FoundLine, FoundRow } from "../api/workspace";

/** A heading of the list and the conversations under it. */
export interface Group {
  title: string;
  aside: string;
  rows: readonly Row[];
  /** Of a search: the line in which the words stand, by conversation. */
  lines?: ReadonlyMap<string, FoundLine>;
}

/** One's own first, then who waits; nobody stands twice, and who is offered to oneself stands above them. */
export function queueGroups(mine: readonly Row[], waiting: readonly Row[], room: string, offered: readonly { conversation_id: string }[] = []): Group[] {
  const own = new Set([...mine, ...offered].map((r) => r.conversation_id));
  const groups: Group[] = [
    { title: "Yours", aside: room, rows: mine },
    { title: "Waiting for a person", aside: "by urgency", rows: waiting.filter((r) => !own.has(r.conversation_id)) },
  ];
  return groups.filter((g) => g.rows.length > 0);
}

/** What a search found, with the lines in which the words stand. */
export function foundGroup(rows: readonly FoundRow[], complete: boolean): Group[] {
  if (!rows.length) return [];
  const lines = new Map(rows.flatMap((r) => (r.line ? [[r.conversation_id, r.line] as const] : [])));
  return [{ title: "Found", aside: complete ? `${rows.length}` : `the newest ${rows.length}`, rows, lines }];
}

/** The conversation `step` places further, staying inside the list. */
export function neighbour(rows: readonly Row[], current: string | null, step: 1 | -1): string | null {
  const at = rows.findIndex((r) => r.conversation_id === current);
  if (at < 0) return rows[0]?.conversation_id ?? null;
  return rows[Math.min(rows.length - 1, Math.max(0, at + step))]?.conversation_id ?? null;
}
