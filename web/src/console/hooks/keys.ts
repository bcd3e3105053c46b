/** The names under which answers are kept; one list, so that a live event can say what became stale. */
export const keys = {
  me: ["me"],
  demo: ["demo"],
  queue: ["queue"],
  approvals: ["approvals"],
  rows: ["rows"],
  rowsOf: (filter: string) => ["rows", filter],
  conversation: (id: string) => ["conversation", id],
  why: (id: string, seq: number) => ["why", id, seq],
  orders: (customer: string) => ["orders", customer],
} as const;
