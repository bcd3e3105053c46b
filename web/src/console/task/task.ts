import type { Finding, Task } from "../api/workspace";

/** Why an action needs a person, on its key tag. */
export const KINDS: Record<Task["kind"], string> = {
  unknown_outcome: "outcome unknown",
  failed_action: "failed for good",
  half_done: "half done",
};

/** What a person says they found out, on the button. */
export const FINDINGS: Record<Finding, string> = {
  happened: "It happened",
  did_not_happen: "It did not happen",
  done: "I dealt with it",
};

/** What follows from a finding, so that nobody has to guess. */
export const FOLLOWS: Record<Finding, string> = {
  happened: "The customer is told that it is done; nothing is tried again.",
  did_not_happen: "It counts as not done, and the customer is told.",
  done: "The task is closed; nothing else changes.",
};
