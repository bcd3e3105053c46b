import { useCallback, useEffect, useState } from "react";
import type { Change, Draft } from "./types";

const PLACE = "frontdesk.book.draft";

/** Keeps a draft in the browser until it is published: closing the page loses nothing. */
export function useDraft() {
  const [draft, setDraft] = useState<Draft>(read);
  useEffect(() => localStorage.setItem(PLACE, JSON.stringify(draft)), [draft]);
  const put = useCallback((name: string, change: Change | null) => setDraft((before) => withChange(before, name, change)), []);
  const clear = useCallback((sent: Draft) => setDraft((before) => without(before, sent)), []);
  return { draft, put, clear };
}

export function withChange(draft: Draft, name: string, change: Change | null): Draft {
  const { [name]: _, ...rest } = draft;
  return change ? { ...rest, [name]: change } : rest;
}

/** What was published is no draft any more; what was written meanwhile still is. */
export function without(draft: Draft, sent: Draft): Draft {
  return Object.fromEntries(Object.entries(draft).filter(([name, change]) => sent[name]?.text !== change.text));
}

export function asChanges(draft: Draft): ({ name: string } & Change)[] {
  return Object.entries(draft).map(([name, change]) => ({ name, ...change }));
}

function read(): Draft {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(PLACE) ?? "{}");
    return isDraft(kept) ? kept : {};
  } catch {
    return {};
  }
}

function isDraft(kept: unknown): kept is Draft {
  return typeof kept === "object" && kept !== null && Object.values(kept).every((one) => typeof one === "object" && one !== null && "text" in one && "was" in one);
}

export interface Hunk {
  gone: string[];
  come: string[];
  /** The line, from 1, at which the texts part. */
  at: number;
}

/** What is not the same in two texts, without what is alike before and behind it. */
export function hunk(old: string, now: string): Hunk | null {
  if (old === now) return null;
  const [before, after] = [old.split("\n"), now.split("\n")];
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < before.length - head && tail < after.length - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  return { gone: before.slice(head, before.length - tail), come: after.slice(head, after.length - tail), at: head + 1 };
}

/** Folders first, each with its files; files of no folder at the end. */
export function tree(names: readonly string[]): { folder: string; files: string[] }[] {
  const folders = new Map<string, string[]>();
  for (const name of [...names].sort()) {
    const cut = name.lastIndexOf("/");
    const folder = cut < 0 ? "" : name.slice(0, cut);
    folders.set(folder, [...(folders.get(folder) ?? []), name]);
  }
  const found = [...folders].map(([folder, files]) => ({ folder, files }));
  return [...found.filter((one) => one.folder), ...found.filter((one) => !one.folder)];
}

const MEANT = /Did you mean '([^']+)'\?/;
const WORD = /[\w.-]/;

/** What would mend a finding: the word at its place, replaced by the one that was meant. */
export function mend(lineText: string, column: number, hint: string): { from: number; to: number; word: string } | null {
  const meant = MEANT.exec(hint)?.[1];
  if (!meant) return null;
  let from = Math.min(column - 1, lineText.length);
  while (from > 0 && WORD.test(lineText[from - 1] ?? "")) from -= 1;
  let to = from;
  while (to < lineText.length && WORD.test(lineText[to] ?? "")) to += 1;
  const found = nearest(lineText.slice(from, to), meant);
  return found ? { from: from + found.at, to: from + found.at + found.length, word: meant } : null;
}

/** In `slots.amout` only the part that is like the word meant is replaced. */
function nearest(text: string, meant: string): { at: number; length: number } | null {
  if (!text) return null;
  if (meant.includes(".")) return { at: 0, length: text.length };
  let at = 0;
  let best: { at: number; length: number; alike: number } | null = null;
  for (const part of text.split(".")) {
    const alike = [...part].filter((letter) => meant.includes(letter)).length / Math.max(part.length, meant.length, 1);
    if (!best || alike >= best.alike) best = { at, length: part.length, alike };
    at += part.length + 1;
  }
  return best;
}
