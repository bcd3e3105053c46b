import { Icon } from "../../shared/icons";
import { talkAt } from "../hooks/route";
import { Panel } from "./Panels";
import type { Board, Stuck } from "./types";
import { useReplay } from "./useBoard";

/** What goes on only when a person does something. */
export function StuckPanel({ board }: { board: Board }) {
  const more = board.stuck_in_all - board.stuck.length;
  return (
    <Panel title="Stuck" aside={board.stuck.length ? "nothing is lost, these wait for you" : "nothing waits for you"}>
      {board.stuck.length > 0 && (
        <ul className="stuck">
          {board.stuck.map((one) => (
            <StuckLine key={one.id} one={one} />
          ))}
        </ul>
      )}
      {more > 0 && <p className="xs t3">and {more} more, the oldest stand here</p>}
    </Panel>
  );
}

function StuckLine({ one }: { one: Stuck }) {
  const replay = useReplay();
  return (
    <li>
      <Icon name={one.kind === "task" ? "warn" : "redo"} size="sm" className={one.kind === "task" ? "bad" : "warn"} />
      <span>
        <b>{one.title}</b> <span className="t2">{replay.error ? replay.error.message : one.text}</span>
      </span>
      {one.kind === "task" ? (
        <a className="btn btn-sm" href={talkAt(one.conversation_id)}>
          Look up
        </a>
      ) : (
        <span className="stack gap-1">
          <button type="button" className="btn btn-sm" disabled={replay.isPending} onClick={() => replay.mutate(one.id)}>
            Try again
          </button>
          <a className="xs" href={talkAt(one.conversation_id)}>
            open
          </a>
        </span>
      )}
    </li>
  );
}
