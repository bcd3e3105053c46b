/** A time at which a snoozed conversation comes back. */
export interface Later {
  name: string;
  at: Date;
}

const MORNING = 9;

/** The times offered for a snooze, as the agent's own clock has them: none lies in the past. */
export function laterThan(now: Date): Later[] {
  const day = (days: number): Date => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, MORNING);
  const toMonday = (8 - now.getDay()) % 7 || 7;
  const offered: Later[] = [
    { name: "In an hour", at: new Date(now.getTime() + 3_600_000) },
    { name: "In three hours", at: new Date(now.getTime() + 3 * 3_600_000) },
    { name: "Tomorrow at nine", at: day(1) },
  ];
  return toMonday === 1 ? offered : [...offered, { name: "Monday at nine", at: day(toMonday) }];
}
