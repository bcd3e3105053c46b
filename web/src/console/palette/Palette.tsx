import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { Icon } from "../../shared/icons";
import type { Conversation, Me } from "../api/types";
import { fitting } from "../compose/completion";
import { talkAt } from "../hooks/route";
import { go } from "../hooks/useRoute";
import type { Filter } from "../hooks/useRows";
import { roomAt, roomsOf } from "../rooms";
import { NOTHING } from "../search/query";
import { useFound } from "../search/useFound";
import { useActs, type Act } from "./useActs";

interface Props {
  me: Me;
  conversation: Conversation | null;
  choose(filter: Filter): void;
  search(): void;
  help(): void;
  claimNext(): void;
}

/** Everything by name: what can be done here, the rooms, and conversations by their words. Opened by Ctrl K. */
export function Palette(props: Props) {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const press = (event: globalThis.KeyboardEvent): void => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      setOpen((before) => !before);
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
  return open ? <Dialog {...props} close={() => setOpen(false)} /> : null;
}

function Dialog(props: Props & { close(): void }) {
  const { close } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const [words, setWords] = useState("");
  const [at, setAt] = useState(0);
  useEffect(() => dialog.current?.showModal(), []);
  const offered = useOffered(props, words);
  const run = (act: Act | undefined): void => {
    if (!act) return;
    close();
    act.run();
  };
  const keydown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setAt((before) => Math.max(0, Math.min(offered.length - 1, before + step)));
    else if (event.key === "Enter") run(offered[at]);
    else return;
    event.preventDefault();
  };
  return (
    <dialog ref={dialog} className="card palette" aria-label="Commands" onClose={close} onClick={(e) => e.target === dialog.current && close()}>
      <label className="field">
        <Icon name="search" size="sm" />
        <span className="vh">A command, a room, or words of a conversation</span>
        <input
          autoFocus
          role="combobox"
          aria-expanded
          aria-controls="palette-list"
          aria-activedescendant={offered[at] ? `palette-${at}` : undefined}
          placeholder="A command, a room, words of a conversation"
          value={words}
          onChange={(e) => {
            setWords(e.target.value);
            setAt(0);
          }}
          onKeyDown={keydown}
        />
        <kbd>Esc</kbd>
      </label>
      <ul id="palette-list" role="listbox" aria-label="Commands">
        {offered.map((act, i) => (
          <li key={act.id} id={`palette-${i}`} role="option" aria-selected={i === at} onClick={() => run(act)}>
            <Icon name={act.icon} size="sm" />
            <span className="clip grow">{act.name}</span>
            {act.about && <span className="xs t3 clip">{act.about}</span>}
            {act.key && <kbd>{act.key}</kbd>}
          </li>
        ))}
        {!offered.length && <li className="xs t3">Nothing of this name.</li>}
      </ul>
    </dialog>
  );
}

/** What fits the words: commands first, then rooms, then conversations. */
function useOffered(props: Props, words: string): Act[] {
  const acts = useActs(props);
  const rooms = roomsOf(props.me.role).map((room): Act => ({ id: `room:${room.id}`, name: `Go to ${room.name}`, icon: room.icon, key: `g ${room.key}`, run: () => go(roomAt(room.id)) }));
  const typed = words.trim();
  const found = useFound({ ...NOTHING, q: typed.length > 1 ? typed : "" });
  const talks = typed.length > 1 ? found.rows.slice(0, 6) : [];
  const conversations = talks.map((row): Act => ({ id: row.conversation_id, name: row.customer.name ?? "Unknown visitor", about: row.line?.text ?? row.preview ?? "", icon: "chat", run: () => go(talkAt(row.conversation_id)) }));
  return [...fitting([...acts, ...rooms], typed, (a) => a.name, 12), ...conversations];
}
