import type { Row } from "../api/types";

/** A heading of the list and the conversations under it. */
export interface Group {
  title: string;
  aside: string;
  rows: readonly Row[];
}

/** One's own first, then who waits; nobody stands twice. */
export function queueGroups(mine: readonly Row[], waiting: readonly Row[], room: string): Group[] {
  const own = new Set(mine.map((r) => r.conversation_id));
  const groups: Group[] = [
    { title: "Yours", aside: room, rows: mine },
    { title: "Waiting for a person", aside: "by urgency", rows: waiting.filter((r) => !own.has(r.conversation_id)) },
  ];
  return groups.filter((g) => g.rows.length > 0);
}

/** Keeps the rows whose name or last words contain what was typed. */
export function matching(groups: readonly Group[], words: string): Group[] {
  const wanted = words.trim().toLocaleLowerCase();
  if (!wanted) return [...groups];
  const fits = (r: Row): boolean => `${r.customer.name ?? ""} ${r.preview ?? ""}`.toLocaleLowerCase().includes(wanted);
  return groups.map((g) => ({ ...g, rows: g.rows.filter(fits) })).filter((g) => g.rows.length > 0);
}

/** The conversation `step` places further, staying inside the list. */
export function neighbour(rows: readonly Row[], current: string | null, step: 1 | -1): string | null {
  const at = rows.findIndex((r) => r.conversation_id === current);
  if (at < 0) return rows[0]?.conversation_id ?? null;
  return rows[Math.min(rows.length - 1, Math.max(0, at + step))]?.conversation_id ?? null;
}
