export interface FileInfo {
  name: string;
  fingerprint: string;
  lines: number;
}

/** Something wrong, where it stands, and what to do about it. */
export interface Finding {
  file: string;
  line: number;
  column: number;
  message: string;
  hint: string;
  shown_by: string[];
}

export interface Book {
  folder: string;
  version: string;
  in_force: string;
  writable: boolean;
  files: FileInfo[];
  problems: Finding[];
}

export interface FileText {
  name: string;
  text: string;
  fingerprint: string;
}

export type NodeKind = "start" | "ask" | "read" | "if" | "act" | "say" | "set" | "person" | "flow" | "end";

export interface FlowNode {
  id: string;
  kind: NodeKind;
  title: string;
  detail: string;
  line: number;
}

export interface FlowEdge {
  source: string;
  target: string;
  label: string;
  back: boolean;
}

export interface Picture {
  flow: string;
  description: string;
  file: string;
  line: number;
  nodes: FlowNode[];
  edges: FlowEdge[];
}

export interface Report {
  passed: boolean;
  summary: string;
  version: string | null;
  problems: Finding[];
  notes: Finding[];
  changed: string[];
  conflicts: string[];
  flows: Picture[];
}

export interface Standing {
  version: string;
  flows: Picture[];
  steps: Record<string, Record<string, number>>;
  older: Record<string, number>;
  deciding: Record<string, number>;
}

export interface DiffResult {
  headline: string;
  remarks: string[];
  conversations: number;
  changed: number;
  groups: { kind: string; what: string; conversations: number }[];
  differences: { conversation_id: string; what: string; happened: string }[];
}

export interface Diff {
  diff_id: string;
  state: "running" | "done" | "failed";
  compared: number;
  new: string;
  result: DiffResult | null;
}

export interface Version {
  version: string;
  first_at: string;
  in_force_at: string;
  in_force: boolean;
  by: string | null;
  note: string | null;
}

export interface FileDifference {
  name: string;
  old: string | null;
  new: string | null;
}

export interface Published {
  version: string;
  before: string;
  in_force: boolean;
  problems: Finding[];
}

/** A file as the designer wants it; `text` null deletes it, `was` names what it was begun on. */
export interface Change {
  text: string | null;
  was: string | null;
}

export type Draft = Readonly<Record<string, Change>>;
