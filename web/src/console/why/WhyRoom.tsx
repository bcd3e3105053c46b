import { Icon } from "../../shared/icons";
import { clock, milliseconds } from "../../shared/words";
import type { Conversation, Entry, Why } from "../api/types";
import { talkAt, whyAt } from "../hooks/route";
import { useKeys } from "../hooks/useKeys";
import { go } from "../hooks/useRoute";
import { useWhy } from "../hooks/useWhy";
import { CitedWords, CustomerWords } from "../talk/Words";
import { explainedTurns } from "../talk/ledger";
import { Waterfall } from "./Waterfall";
import { modelSum } from "./waterfall";

/** A whole room for one reply: the turns at the side, the waterfall, the sums. */
export function WhyRoom({ conversation, seq }: { conversation: Conversation; seq: number }) {
  const id = conversation.conversation_id;
  const turns = explainedTurns(conversation.timeline, id);
  const at = turns.indexOf(seq);
  const why = useWhy(id, seq);
  const to = (turn: number | undefined) => (turn === undefined ? undefined : () => go(whyAt(id, turn)));
  const earlier = to(at > 0 ? turns[at - 1] : undefined);
  const later = to(turns[at + 1]);
  useKeys({ "[": earlier, "]": later, Escape: () => go(talkAt(id)) });
  return (
    <>
      <Turns conversation={conversation} turns={turns} seq={seq} book={why.data?.book_version ?? null} />
      <main className="why" aria-label="Why this reply">
        <header className="bar">
          <a className="btn btn-quiet btn-sq back" href={talkAt(id)} aria-label="Back to the conversation">
            <Icon name="left" />
          </a>
          <h1>Why this reply</h1>
          <span className="chip">turn {seq}</span>
          <span className="push row">
            <button type="button" className="btn btn-quiet btn-sm" disabled={!earlier} onClick={earlier}>
              <kbd>[</kbd> earlier
            </button>
            <button type="button" className="btn btn-quiet btn-sm" disabled={!later} onClick={later}>
              later <kbd>]</kbd>
            </button>
          </span>
        </header>
        {why.data ? <Explained why={why.data} conversation={conversation} /> : <NotYet error={why.error} />}
      </main>
    </>
  );
}

function NotYet({ error }: { error: Error | null }) {
  return (
    <div className="mid" aria-busy={!error}>
      <p className="t2">{error ? `This turn could not be explained. ${error.message}` : "Loading…"}</p>
    </div>
  );
}

function Explained({ why, conversation }: { why: Why; conversation: Conversation }) {
  return (
    <>
      <Pair why={why} conversation={conversation} />
      <Waterfall why={why} />
      <Sums why={why} />
    </>
  );
}

function said(timeline: readonly Entry[], seq: number, direction: Entry["direction"]): Entry | undefined {
  return timeline.find((e) => e.seq === seq && e.direction === direction && e.kind === "message");
}

function Pair({ why, conversation }: { why: Why; conversation: Conversation }) {
  const asked = said(conversation.timeline, why.seq, "inbound");
  const replies = why.replies.length ? why.replies : ["Nothing was said in this turn."];
  return (
    <div className="pair">
      <div className="in">
        <p className="xxs t3">{asked ? `${conversation.profile.name ?? "The customer"} wrote, ${clock(asked.timestamp)}` : `Began by: ${why.why.replaceAll("_", " ")}`}</p>
        <p dir="auto">{asked && <CustomerWords text={asked.text} entities={why.understanding.entities ?? []} />}</p>
      </div>
      <div className="out">
        <p className="xxs t3">{why.ms === null ? "The assistant answered" : `The assistant answered ${milliseconds(why.ms)} ms later`}</p>
        {replies.map((text) => (
          <p dir="auto" key={text}>
            <CitedWords text={text} citations={why.sources} />
          </p>
        ))}
      </div>
    </div>
  );
}

function Sums({ why }: { why: Why }) {
  const spent = why.stages.reduce((sum, s) => sum + s.ms, 0);
  const budget = why.stages.reduce((sum, s) => sum + (s.budget_ms ?? 0), 0);
  return (
    <footer className="sum">
      {why.ms !== null && <Sum figure={`${milliseconds(why.ms)} ms`} words="message to commit" />}
      {why.cpu_ms !== null && <Sum figure={`${milliseconds(why.cpu_ms)} ms`} words="CPU of the core" />}
      {budget > 0 && <Sum figure={`${((spent / budget) * 100).toFixed(1)} %`} words={`of the stages’ budget, ${milliseconds(budget)} ms`} />}
      {why.book_version && <Sum figure={why.book_version.slice(0, 8)} words="book" />}
      <Sum {...modelSum(why)} />
      <span className="xs t3 push">Times are wall clock of this turn.</span>
    </footer>
  );
}

function Sum({ figure, words }: { figure: string; words: string }) {
  return (
    <div>
      <b className="num">{figure}</b>
      <p>{words}</p>
    </div>
  );
}

function Turns({ conversation, turns, seq, book }: { conversation: Conversation; turns: readonly number[]; seq: number; book: string | null }) {
  return (
    <aside className="turns" aria-label="Turns">
      <div className="bar">
        <a className="btn btn-quiet btn-sq" href={talkAt(conversation.conversation_id)} aria-label="Back to the conversation">
          <Icon name="left" />
        </a>
        <div className="grow">
          <h2 className="clip">{conversation.profile.name ?? "Unknown visitor"}</h2>
          <p className="xxs t3">{book ? `book ${book.slice(0, 8)}` : "turns of this conversation"}</p>
        </div>
      </div>
      <ol>
        {turns.map((turn) => {
          const entry = said(conversation.timeline, turn, "inbound") ?? said(conversation.timeline, turn, "outbound");
          return (
            <li key={turn}>
              <a href={whyAt(conversation.conversation_id, turn)} {...(turn === seq ? { "aria-current": "true" } : {})}>
                <Icon name="chat" size="sm" />
                <b className="medium">Turn {turn}</b>
                <span className="t3 num">{entry && clock(entry.timestamp)}</span>
                <span className="q clip">{entry?.text}</span>
              </a>
            </li>
          );
        })}
      </ol>
    </aside>
  );
}
