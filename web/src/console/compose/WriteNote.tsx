import { useEffect, useRef } from "react";
import type { Conversation } from "../api/types";
import { useDraft } from "../hooks/useDraft";
import { useColleagues, useNote } from "../hooks/useWorkspace";
import { Box } from "./Box";
import { mentioned } from "./completion";

interface Props {
  conversation: Conversation;
  offline: boolean;
  close(): void;
}

/** A note in a conversation that somebody else speaks in. */
export function WriteNote({ conversation, offline, close }: Props) {
  return (
    <div className="write">
      <div className="box box-note">
        <div className="top xs row">
          <b className="medium">Note, only for colleagues</b>
          <button type="button" className="btn btn-quiet btn-sm push" onClick={close}>
            Close
          </button>
        </div>
        <NoteField conversation={conversation} offline={offline} kept={close} />
      </div>
    </div>
  );
}

/** The field of a note with its button; `@` names a colleague, who is told. */
export function NoteField({ conversation, offline, kept }: { conversation: Conversation; offline: boolean; kept(): void }) {
  const id = conversation.conversation_id;
  const note = useNote(id);
  const [draft, write] = useDraft(id);
  const people = useColleagues().data ?? [];
  const box = useRef<HTMLTextAreaElement>(null);
  useEffect(() => box.current?.focus(), []);
  const text = draft.note.trim();
  const ready = text !== "" && !offline && !note.isPending;
  const send = (): void => {
    if (!ready) return;
    note.mutate(
      { text, mentions: mentioned(text, people) },
      {
        onSuccess: () => {
          write({ note: "" });
          kept();
        },
      },
    );
  };
  return (
    <>
      <label className="vh" htmlFor={`note-${id}`}>
        Note for colleagues
      </label>
      <Box id={`note-${id}`} text={draft.note} write={(words) => write({ note: words })} box={box} note values={{}} send={send} />
      <div className="bot-bar">
        <span className="xs t3" role="status">
          {offline ? "No connection: the note is kept here until there is one." : "The customer never reads it. @ names a colleague."}
        </span>
        {note.error && (
          <span className="xs bad" role="alert">
            Not kept. {note.error.message} Try again.
          </span>
        )}
        <button type="button" className="btn btn-main push" disabled={!ready} onClick={send}>
          {note.isPending ? "Adding…" : "Add the note"} <kbd>Ctrl ↵</kbd>
        </button>
      </div>
    </>
  );
}
