import type { Why } from "../api/types";

/** What one turn came to, in words. */
export interface Outcome {
  reply: string[];
  action: string[];
  approval: string[];
  escalation: string[];
  /** A call that was never made: here the sandbox ends. */
  call: string | null;
  failure: string | null;
  places: string[];
}

export interface Step {
  seq: number;
  thread_id: string;
  happened: string;
  instead: string | null;
  was: Outcome | null;
  would: Outcome | null;
  differs: string[];
}

export interface Fork {
  was_book: string;
  would_book: string;
  slots: Record<string, unknown>;
  steps: Step[];
  ended: string | null;
  why: Why | null;
}

export type Scalar = string | number | boolean | null;

/** What is to be otherwise; what is left out stays as it was. */
export interface Change {
  message?: string;
  slots?: Record<string, Scalar>;
  book?: { version: string; files?: Record<string, string | null> };
}
