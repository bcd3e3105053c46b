import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics, type Action, type Diagnostic } from "@codemirror/lint";
import { search, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension, type Text } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useLayoutEffect, useRef } from "react";
import { mend } from "./draft";
import type { Finding } from "./types";

interface Props {
  name: string;
  text: string;
  findings: readonly Finding[];
  /** A line to go to; another object goes there again. */
  at: { line: number } | null;
  readOnly: boolean;
  write(text: string): void;
  move(line: number, column: number): void;
}

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--color-accent-text)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--color-code-text, var(--color-warning))" },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: "var(--color-info)" },
  { tag: tags.comment, color: "var(--color-text-3)", fontStyle: "italic" },
]);

/** One YAML file: problems at their line, mended with one key where it is known what was meant. */
export function Editor({ name, text, findings, at, readOnly, write, move }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const now = useRef({ write, move, findings });
  useEffect(() => {
    now.current = { write, move, findings };
  });
  useEffect(() => {
    if (!place.current) return;
    const mendHere = (v: EditorView): boolean => mendLine(v, now.current.findings);
    const listen = EditorView.updateListener.of((update) => {
      if (update.docChanged) now.current.write(update.state.doc.toString());
      if (update.selectionSet || update.docChanged) now.current.move(...position(update.state));
    });
    const extensions: Extension[] = [...BASE, listen, EditorView.contentAttributes.of({ "aria-label": name }), keymap.of([{ key: "Mod-.", run: mendHere }]), EditorState.readOnly.of(readOnly)];
    const made = new EditorView({ parent: place.current, state: EditorState.create({ doc: text, extensions }) });
    view.current = made;
    return () => made.destroy();
    // The text is followed below.
  }, [name, readOnly]);
  // In the commit itself: a key pressed before the text was followed would be taken back.
  useLayoutEffect(() => {
    const v = view.current;
    if (v && v.state.doc.toString() !== text) v.dispatch({ changes: { from: 0, to: v.state.doc.length, insert: text } });
  }, [text]);
  useEffect(() => {
    const v = view.current;
    if (v) v.dispatch(setDiagnostics(v.state, findings.map((one) => diagnostic(v.state.doc, one))));
  }, [findings]);
  useEffect(() => {
    const v = view.current;
    if (!v || !at) return;
    const line = v.state.doc.line(Math.min(Math.max(at.line, 1), v.state.doc.lines));
    v.dispatch({ selection: { anchor: line.from }, effects: EditorView.scrollIntoView(line.from, { y: "center" }) });
    v.focus();
  }, [at]);
  return <div className="code" ref={place} />;
}

const BASE: Extension[] = [
  lineNumbers(),
  history(),
  drawSelection(),
  indentOnInput(),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  yaml(),
  syntaxHighlighting(colours),
  lintGutter(),
  search({ top: true }),
  keymap.of([...defaultKeymap, ...historyKeymap, ...searchKeymap]),
  EditorState.tabSize.of(2),
];

function position(state: EditorState): [number, number] {
  const head = state.selection.main.head;
  const line = state.doc.lineAt(head);
  return [line.number, head - line.from + 1];
}

function diagnostic(doc: Text, finding: Finding): Diagnostic {
  const line = doc.line(Math.min(Math.max(finding.line, 1), doc.lines));
  const from = Math.min(line.from + Math.max(finding.column - 1, 0), line.to);
  const word = /^[\w.-]+/.exec(doc.sliceString(from, line.to))?.[0].length ?? 0;
  const fix = mend(line.text, finding.column, finding.hint);
  const actions: Action[] = fix ? [{ name: `Use ${fix.word}`, apply: (view) => view.dispatch({ changes: { from: line.from + fix.from, to: line.from + fix.to, insert: fix.word } }) }] : [];
  return { from, to: Math.min(from + Math.max(word, 1), line.to), severity: "error", message: `${finding.message}${finding.hint ? `\n${finding.hint}` : ""}`, actions };
}

/** Mends the first problem of the line under the caret, or else of the file. */
function mendLine(view: EditorView, findings: readonly Finding[]): boolean {
  const [here] = position(view.state);
  const finding = findings.find((one) => one.line === here) ?? findings[0];
  if (!finding) return false;
  diagnostic(view.state.doc, finding).actions?.[0]?.apply(view, 0, 0);
  return true;
}
