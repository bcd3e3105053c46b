/** How a waiting conversation stands against its clock. */
export type Sla =
  | { kind: "none" }
  | { kind: "running"; seconds: number; left: number; mood: "calm" | "soon" | "late" }
  | { kind: "overdue"; seconds: number };

const SOON = 0.4;
const LATE = 0.1;

/** Reads the clock at `now`; `left` is the share of the time that is not used up. */
export function slaAt(waitingSince: string | null, dueAt: string | null, now: number): Sla {
  if (!dueAt) return { kind: "none" };
  const due = Date.parse(dueAt);
  const seconds = (due - now) / 1000;
  if (seconds <= 0) return { kind: "overdue", seconds: -seconds };
  const whole = waitingSince ? (due - Date.parse(waitingSince)) / 1000 : seconds;
  const left = Math.min(1, seconds / Math.max(whole, 1));
  return { kind: "running", seconds, left, mood: left < LATE ? "late" : left < SOON ? "soon" : "calm" };
}
