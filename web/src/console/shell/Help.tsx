import { useEffect, useRef } from "react";
import { useSingleKeys } from "../hooks/useKeys";

const KEYS: [string, string][] = [
  ["j k", "next, previous conversation"],
  ["↵", "open it"],
  ["c", "claim the next that waits"],
  ["o", "take over"],
  ["u", "release to the assistant"],
  ["Ctrl ↵", "send the reply"],
  ["a", "accept; with money: go to the button, ↵ decides"],
  ["d", "change the amount"],
  ["r", "respond to the customer instead"],
  ["x", "ignore the approval"],
  ["[ ]", "earlier, later turn in Why"],
  ["/", "search in the list"],
  ["Esc", "back"],
];

/** The keys, and the switch for who would rather not have them. */
export function Help({ open, close }: { open: boolean; close(): void }) {
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
        {KEYS.map(([key, what]) => (
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
