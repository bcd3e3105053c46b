import { Icon, type IconName } from "../../shared/icons";
import { clock } from "../../shared/words";
import type { Conversation, PastTurn } from "../api/types";
import { forkAt, talkAt, whyAt } from "../hooks/route";
import { said } from "./said";

const WHYS: Record<string, [string, IconName]> = {
  message: ["message", "chat"],
  start: ["action begins", "bolt"],
  confirmation: ["customer’s yes or no", "check"],
  decision: ["decided", "stamp"],
  expiry: ["nobody decided", "clock"],
  release: ["given back", "undo"],
  retry: ["tried again", "redo"],
  ask: ["asked once more", "chat"],
  look: ["looked up", "search"],
  settle: ["settled by a person", "hand"],
};

interface Props {
  conversation: Conversation;
  turns: readonly PastTurn[];
  seq: number;
  thread: string;
  book: string | null;
  /** Where a turn's line leads; to its why unless told otherwise. */
  to?: typeof whyAt;
}

/** Every turn of the conversation and of its actions, and the way to try one another way. */
export function Turns({ conversation, turns, seq, thread, book, to = whyAt }: Props) {
  const id = conversation.conversation_id;
  return (
    <aside className="turns" aria-label="Turns">
      <div className="bar">
        <a className="btn btn-quiet btn-sq" href={talkAt(id)} aria-label="Back to the conversation">
          <Icon name="left" />
        </a>
        <div className="grow">
          <h2 className="clip">{conversation.profile.name || "Unknown visitor"}</h2>
          <p className="xxs t3">{book ? `book ${book.slice(0, 8)}` : "turns of this conversation"}</p>
        </div>
      </div>
      <ol>
        {turns.map((turn) => (
          <TurnLine key={turn.thread_id + turn.seq} turn={turn} conversation={conversation} to={to} current={turn.seq === seq && turn.thread_id === thread} />
        ))}
      </ol>
      {to === whyAt && <TryIt at={forkAt(id, seq, thread)} seq={seq} />}
    </aside>
  );
}

function TryIt({ at, seq }: { at: string; seq: number }) {
  return (
    <div className="try">
      <h2 className="label">Try it another way</h2>
      <p className="xs t2">A fork goes on from this turn. Tools answer with what was recorded; nothing is sent.</p>
      <a className="btn" href={at}>
        <Icon name="fork" /> Fork at turn {seq} <kbd>f</kbd>
      </a>
    </div>
  );
}

interface LineProps {
  turn: PastTurn;
  conversation: Conversation;
  current: boolean;
  to: typeof whyAt;
}

function TurnLine({ turn, conversation, current, to }: LineProps) {
  const own = turn.thread_id === conversation.conversation_id;
  const [words, icon] = WHYS[turn.why] ?? [turn.why.replaceAll("_", " "), "chat"];
  const entry = said(conversation.timeline, turn, "inbound") ?? said(conversation.timeline, turn, "outbound");
  return (
    <li>
      <a href={to(conversation.conversation_id, turn.seq, turn.thread_id)} {...(current ? { "aria-current": "true" } : {})}>
        <Icon name={own ? icon : icon === "chat" ? "bolt" : icon} size="sm" />
        <span>
          <b className="medium">{own ? `Turn ${turn.seq}` : `Action ${turn.thread_id.split(":").at(-1)}, ${turn.seq}`}</b> <span className="t3">{words}</span>
        </span>
        <span className="t3 num">{clock(turn.at)}</span>
        <span className="q clip">{entry?.text}</span>
      </a>
    </li>
  );
}
