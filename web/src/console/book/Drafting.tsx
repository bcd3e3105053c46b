import { useState, type ReactNode } from "react";
import { Fault } from "../room/Fault";
import { go } from "../hooks/useRoute";
import { roomAt } from "../rooms";
import { Check } from "./Check";
import { Conflict } from "./Conflict";
import { Compare } from "./Compare";
import { Editor } from "./Editor";
import { Files } from "./Files";
import { FlowPane } from "./FlowPane";
import { Publish } from "./Publish";
import type { Book, Change, Draft, Report } from "./types";
import { useBook, useCheck, useFile } from "./useBook";

interface Props {
  draft: Draft;
  put(name: string, change: Change | null): void;
  clear(sent: Draft): void;
  opened: { name: string; line: number | null } | null;
  tabs: ReactNode;
}

/** Files, editor and picture side by side; what the check and the comparison say beneath. */
export function Drafting({ draft, put, clear, opened, tabs }: Props) {
  const book = useBook();
  const check = useCheck(draft, book.data?.version);
  const count = Object.keys(draft).length;
  const problems = check.report?.problems.length ?? 0;
  return (
    <main className="room book" aria-label="Rule book">
      <header className="bar">
        <h1>Rule book</h1>
        {book.data && <span className="chip mono">{book.data.in_force.slice(0, 8)} in force</span>}
        {tabs}
        <span className="xs t2 push">{count ? `${count} ${count === 1 ? "file" : "files"} changed, kept in this browser` : "No changes"}</span>
        {problems > 0 && <span className="tag tag-bad">{problems === 1 ? "1 problem" : `${problems} problems`}</span>}
        <Publish draft={draft} clear={clear} report={check.report} old={check.old} writable={book.data?.writable ?? true} />
      </header>
      {book.error && <Fault what="The rule book did not load." error={book.error} again={() => void book.refetch()} />}
      {book.data && <Panes book={book.data} draft={draft} put={put} opened={opened} report={check.report} />}
      <div className="verdicts">
        <Check report={check.report} error={check.error} old={check.old} again={() => void check.again()} />
        <Compare draft={draft} passed={check.report?.passed ?? false} />
      </div>
    </main>
  );
}

interface PanesProps {
  book: Book;
  draft: Draft;
  put: Props["put"];
  opened: Props["opened"];
  report: Report | undefined;
}

function Panes({ book, draft, put, opened, report }: PanesProps) {
  const [caret, setCaret] = useState({ line: 1, column: 1 });
  const [at, goTo] = useState<{ line: number } | null>(null);
  const name = opened?.name ?? null;
  const stored = book.files.find((file) => file.name === name);
  const file = useFile(name, stored?.fingerprint);
  const change = name === null ? undefined : draft[name];
  const text = change ? change.text : file.data?.text;
  const findings = (report?.problems ?? []).filter((one) => one.file === name);
  const write = (now: string): void => {
    if (name === null) return;
    put(name, now === file.data?.text ? null : { text: now, was: change ? change.was : (stored?.fingerprint ?? null) });
  };
  const [shown, setShown] = useState(opened);
  if (shown !== opened && (shown?.name !== opened?.name || shown?.line !== opened?.line)) {
    setShown(opened);
    if (opened?.line) goTo({ line: opened.line });
  }
  return (
    <div className="work">
      <Files book={book} draft={draft} put={put} open={name} problems={report?.problems ?? []} />
      <section className="editing" aria-label="Editor">
        <header className="row">
          <span className="mono clip">{name ?? "No file is open"}</span>
          {name && text != null && (
            <span className="xxs t3 push num">
              Ln {caret.line}, Col {caret.column}
            </span>
          )}
          {name && change && (
            <button type="button" className="btn btn-sm" onClick={() => put(name, null)}>
              Drop my change
            </button>
          )}
          {name && text != null && !change && book.writable && (
            <button type="button" className="btn btn-sm btn-quiet" onClick={() => put(name, { text: null, was: stored?.fingerprint ?? null })}>
              Delete the file
            </button>
          )}
        </header>
        {file.error && <Fault what="The file did not load." error={file.error} again={() => void file.refetch()} />}
        {name && change && stored && report?.conflicts.includes(name) && <Conflict name={name} mine={change} theirs={file.data} put={put} />}
        {change?.text === null && <p className="xs t2 note">This file is deleted in your draft.</p>}
        {name && typeof text === "string" && <Editor key={name} name={name} text={text} findings={findings} at={at} readOnly={!book.writable} write={write} move={(line, column) => setCaret({ line, column })} />}
      </section>
      <FlowPane
        report={report}
        file={name}
        line={caret.line}
        goTo={(file, line) => {
          if (file === name) goTo({ line });
          else go(roomAt("book", "file", file, String(line)));
        }}
      />
    </div>
  );
}
