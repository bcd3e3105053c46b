import { useState, type FormEvent } from "react";
import { Icon } from "../../shared/icons";
import { go } from "../hooks/useRoute";
import { textOf } from "../room/form";
import { roomAt } from "../rooms";
import { tree } from "./draft";
import type { Book, Change, Draft, Finding } from "./types";

interface Props {
  book: Book;
  draft: Draft;
  put(name: string, change: Change | null): void;
  open: string | null;
  problems: readonly Finding[];
}

const NAME = "([a-z0-9][a-z0-9_\\-]*/){0,3}[a-z0-9][a-z0-9_\\-]*\\.yaml";

/** The book's files under their folders, with what is wrong and what was changed. */
export function Files({ book, draft, put, open, problems }: Props) {
  const [adding, setAdding] = useState(false);
  const names = [...new Set([...book.files.map((file) => file.name), ...Object.keys(draft)])];
  const count = (name: string): number => problems.filter((one) => one.file === name).length;
  const add = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const name = textOf(new FormData(event.currentTarget), "name");
    if (!names.includes(name)) put(name, { text: "", was: null });
    setAdding(false);
    go(roomAt("book", "file", name));
  };
  return (
    <nav className="files" aria-label="Files of the book">
      {tree(names).map(({ folder, files }) => (
        <div key={folder || "."}>
          {folder && <h3>{folder}</h3>}
          <ul>
            {files.map((name) => (
              <li key={name}>
                <a href={roomAt("book", "file", name)} {...(name === open ? { "aria-current": "page" as const } : {})}>
                  <Icon name="doc" size="sm" />
                  <span className="clip grow">{folder ? name.slice(folder.length + 1) : name}</span>
                  {count(name) > 0 && (
                    <b className="bad xxs" title={`${count(name)} to mend`}>
                      {count(name)} !
                    </b>
                  )}
                  {draft[name] && <span className="warn xxs">{draft[name].text === null ? "deleted" : draft[name].was === null ? "new" : "edited"}</span>}
                </a>
              </li>
            ))}
          </ul>
        </div>
      ))}
      {adding ? (
        <form onSubmit={add} className="stack gap-1">
          <label className="field">
            <span className="vh">Name of the new file</span>
            <input name="name" required pattern={NAME} title="As flows/gift_wrap.yaml" placeholder="flows/gift_wrap.yaml" autoFocus />
          </label>
          <div className="row">
            <button className="btn btn-sm">Add</button>
            <button type="button" className="btn btn-sm btn-quiet" onClick={() => setAdding(false)}>
              Cancel
            </button>
          </div>
        </form>
      ) : (
        book.writable && (
          <button type="button" className="btn btn-sm btn-quiet" onClick={() => setAdding(true)}>
            New file
          </button>
        )
      )}
      <p className="xxs t3">Files stay plain YAML. Edit here or in your own editor: {book.folder}</p>
    </nav>
  );
}
