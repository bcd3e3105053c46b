import { useState, type KeyboardEvent } from "react";

interface Props {
  name: string;
  off: boolean;
  close(): void;
  send(words: string): void;
}

/** Answers the customer instead of doing what was asked. */
export function Respond({ name, off, close, send }: Props) {
  const [words, setWords] = useState("");
  const keydown = (event: KeyboardEvent): void => {
    if (event.key === "Escape") close();
    if (event.key === "Enter" && event.ctrlKey && words.trim()) send(words.trim());
  };
  return (
    <div className="respond stack gap-2" onKeyDown={keydown}>
      <label className="stack gap-1">
        <span className="label">What {name} reads instead; nothing else is done</span>
        <textarea autoFocus rows={2} value={words} onChange={(e) => setWords(e.target.value)} />
      </label>
      <div className="row">
        <button type="button" className="btn" disabled={off || !words.trim()} onClick={() => send(words.trim())}>
          Send this answer <kbd>Ctrl ↵</kbd>
        </button>
        <button type="button" className="btn btn-quiet" onClick={close}>
          Back <kbd>Esc</kbd>
        </button>
      </div>
    </div>
  );
}
