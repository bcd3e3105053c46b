import { useEffect, useRef } from "react";
import type { Me } from "../api/types";
import { useSingleKeys } from "../hooks/useKeys";
import { roomsOf, worksAtDesk } from "../rooms";

const KEYS: [string, string][] = [
  ["j k", "next, previous conversation"],
  ["↵", "open it"],
  ["c", "claim the next that waits"],
  ["o", "take over"],
  ["u", "release to the assistant"],
  ["t", "transfer"],
  ["e", "resolve"],
  ["z", "undo it, for ten seconds"],
  ["1 2 3", "do what is suggested"],
  [";", "canned reply"],
  ["n", "note for colleagues"],
  ["Ctrl ↵", "send the reply"],
  ["a", "accept; with money: go to the button, ↵ decides"],
  ["d", "change the amount"],
  ["r", "respond to the customer instead"],
  ["x", "ignore the approval"],
  ["[ ]", "earlier, later turn in Why"],
  ["f", "fork the turn, in Why"],
  ["/", "search conversations"],
  ["Ctrl K", "everything by name"],
  ["Esc", "back"],
];

/** The keys, and the switch for who would rather not have them. */
export function Help({ me, open, close }: { me: Me; open: boolean; close(): void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [on, setOn] = useSingleKeys();
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog ref={dialog} className="card help" aria-labelledby="help-title" onClose={close}>
      <h2 id="help-title">Keys</h2>
      <dl className="facts">
        {[...KEYS, ...roomKeys(me)].map(([key, what]) => (
          <div key={key}>
            <dt>
              {key.split(" ").map((k) => (
                <kbd key={k}>{k}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <label className="row">
        <input type="checkbox" checked={on} onChange={(e) => setOn(e.target.checked)} />
        Single keys act
      </label>
      <form method="dialog" className="row">
        <button className="btn push">Close</button>
      </form>
    </dialog>
  );
}

/** How one goes to the rooms of one's role. */
function roomKeys(me: Me): [string, string][] {
  const lists: [string, string][] = worksAtDesk(me.role) ? [["g q", "go to the queue"], ["g a", "go to the approvals"]] : [];
  return [...lists, ...roomsOf(me.role).map(({ key, name }): [string, string] => [`g ${key}`, `go to ${name}`])];
}
