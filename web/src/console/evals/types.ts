export interface RunLine {
  run_id: string;
  suite: string;
  at: string;
  passed: number;
  failed: number;
  book: string | null;
}

export interface Played {
  name: string;
  conversation_id: string;
  passed: boolean;
  broke: string | null;
  scores: { metric: string; passed: boolean; reason: string }[];
  exchanges: { who: string; said: string; replies: string[]; seq: number | null }[];
}

export interface Run {
  suite: string;
  at: string;
  passed: boolean;
  figures: Record<string, number>;
  metrics: { metric: string; promise: string; conversations: number; passed: number; wanted: number }[];
  conversations: Played[];
}

export interface OpenedRun {
  run_id: string;
  run: Run;
  here: string[];
}

export type Difference = "broken" | "mended" | "still_failing" | "added" | "removed";

export interface Comparison {
  old: RunLine;
  new: RunLine;
  figures: { name: string; old: number | null; new: number | null }[];
  changes: { name: string; what: Difference; old: Played | null; new: Played | null }[];
  same: number;
}

export interface Doubtful {
  entry_id: string;
  conversation_id: string;
  seq: number | null;
  text: string;
  intent: string | null;
  confidence: number;
  at: string;
}

export interface Correction {
  correction_id: string;
  conversation_id: string;
  seq: number;
  kind: "intent" | "answer" | "queue";
  status: string;
  was: string | null;
  should_be: string | null;
  message: string;
  reply: string;
  answer: string;
  note: string;
  author: string | null;
  created_at: string;
}
