import type { Entry, PastTurn } from "../api/types";

/** What was said in a turn; entries count their turns in the same thread. */
export function said(timeline: readonly Entry[], turn: Pick<PastTurn, "seq" | "thread_id">, direction: Entry["direction"]): Entry | undefined {
  return timeline.find((e) => e.seq === turn.seq && e.direction === direction && e.kind === "message" && (e.thread_id ?? turn.thread_id) === turn.thread_id);
}

/** The turn before or behind one, in the order of the list. */
export function beside(turns: readonly PastTurn[], seq: number, thread: string, step: 1 | -1): PastTurn | undefined {
  const at = turns.findIndex((turn) => turn.seq === seq && turn.thread_id === thread);
  return at < 0 ? undefined : turns[at + step];
}
