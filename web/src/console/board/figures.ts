import { clock } from "../../shared/words";
import { roomAt } from "../rooms";
import type { Board, Period } from "./types";
import type { Dot } from "./chart";

/** Where the conversations behind a figure are. */
export function behindAt(figure: string, period: Period, value = ""): string {
  return roomAt("board", "show", figure, period, value);
}

export function watchAt(id: string): string {
  return roomAt("board", "watch", id);
}

/** `0.714` as `71.4 %`; a dash where nothing was counted. */
export function percent(share: number | null, digits = 1): string {
  return share === null ? "–" : `${(share * 100).toFixed(digits)} %`;
}

export function shareOf(part: number, whole: number): number | null {
  return whole ? part / whole : null;
}

/** What each figure's list is called. */
export const TITLES: Record<string, string> = {
  active: "Active",
  assistant: "With the assistant",
  person: "With a person",
  waiting: "Waiting for a person",
  late: "Late",
  approvals: "With an approval",
  urgency: "Urgency",
  agent: "With",
  begun: "Begun",
  contained: "Solved without a person",
  handed_over: "Handed over",
  channel: "Begun over",
  day: "Begun on",
  sla_met: "Taken in time",
  sla_missed: "Not taken in time",
  quarter: "Handed over from",
  reason: "A person was needed",
  mood: "Customers’ messages from",
  slow: "First reply above 2 s",
};

/** The two lines of the promise: what was kept, what is to be expected; both meet now. */
export function slaDots(board: Board): { past: Dot[]; staffed: Dot[]; more: Dot[] } {
  const past = board.sla.past.map((p): Dot => ({
    x: Date.parse(p.at),
    y: p.value,
    say: `${clock(p.at)}: ${percent(p.value)} of ${p.number} taken in time`,
    href: behindAt("quarter", board.period, p.at),
  }));
  const last = past.filter((d) => d.y !== null).at(-1)?.y ?? null;
  const now: Dot = { x: Date.parse(board.at), y: last, say: `now: ${percent(last)}` };
  const ahead = (points: Board["sla"]["as_staffed"], words: string): Dot[] =>
    points.map((p) => ({ x: Date.parse(p.at), y: p.value, say: `${clock(p.at)}: ${percent(p.value, 0)} expected ${words}` }));
  return { past: [...past, now], staffed: [now, ...ahead(board.sla.as_staffed, "as staffed now")], more: [now, ...ahead(board.sla.with_one_more, "with one more agent")] };
}

/** The worst that is expected, where it is worse than what is wanted. */
export function worstAhead(board: Board): { at: string; value: number } | null {
  const worst = board.sla.as_staffed.reduce<{ at: string; value: number } | null>((low, p) => (p.value !== null && (low === null || p.value < low.value) ? { at: p.at, value: p.value } : low), null);
  return worst && worst.value < board.sla.target ? worst : null;
}

/** The parts of a bar, at most five; the rest is `other`. */
export function reasonParts(reasons: Board["reasons"]): { kind: string; text: string; share: number; number: number }[] {
  const all = reasons.reduce((sum, r) => sum + r.number, 0);
  if (!all) return [];
  const [shown, rest] = reasons.length > 5 ? [reasons.slice(0, 4), reasons.slice(4)] : [reasons, []];
  const other = rest.reduce((sum, r) => sum + r.number, 0);
  const parts = [...shown, ...(other ? [{ kind: "", text: "other", number: other }] : [])];
  return parts.map((p) => ({ ...p, share: p.number / all }));
}
