import { Icon } from "../../shared/icons";
import { clock, milliseconds } from "../../shared/words";
import type { Conversation, PastTurn, Why } from "../api/types";
import { forkAt, talkAt, whyAt } from "../hooks/route";
import { useKeys } from "../hooks/useKeys";
import { go } from "../hooks/useRoute";
import { useTurns, useWhy } from "../hooks/useWhy";
import { CitedWords, CustomerWords } from "../talk/Words";
import { CopyLink } from "./CopyLink";
import { beside, said } from "./said";
import { Turns } from "./Turns";
import { Waterfall } from "./Waterfall";
import { modelSum } from "./waterfall";

interface Props {
  conversation: Conversation;
  seq: number;
  thread?: string | undefined;
}

/** A whole room for one turn: the turns at the side, the waterfall, the sums. */
export function WhyRoom({ conversation, seq, thread = conversation.conversation_id }: Props) {
  const id = conversation.conversation_id;
  const turns = useTurns(id).data ?? [];
  const why = useWhy(id, seq, thread);
  const to = (turn: PastTurn | undefined) => turn && (() => go(whyAt(id, turn.seq, turn.thread_id)));
  const earlier = to(beside(turns, seq, thread, -1));
  const later = to(beside(turns, seq, thread, 1));
  useKeys({ "[": earlier, "]": later, f: () => go(forkAt(id, seq, thread)), Escape: () => go(talkAt(id)) });
  return (
    <>
      <Turns conversation={conversation} turns={turns} seq={seq} thread={thread} book={why.data?.book_version ?? null} />
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
            <CopyLink />
            <a className="btn btn-sm btn-main fork-here" href={forkAt(id, seq, thread)} aria-label="Fork here">
              <Icon name="fork" size="sm" /> <span>Fork here</span>
            </a>
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

function Pair({ why, conversation }: { why: Why; conversation: Conversation }) {
  const asked = said(conversation.timeline, { seq: why.seq, thread_id: why.thread_id ?? conversation.conversation_id }, "inbound");
  const replies = why.replies.length ? why.replies : ["Nothing was said in this turn."];
  return (
    <div className="pair">
      <div className="in">
        <p className="xxs t3">{asked ? `${conversation.profile.name || "The customer"} wrote, ${clock(asked.timestamp)}` : `Began by: ${why.why.replaceAll("_", " ")}`}</p>
        <p dir="auto">{asked && <CustomerWords text={asked.text} entities={why.understanding.entities ?? []} />}</p>
      </div>
      <div className="out">
        <p className="xxs t3">{why.ms === null ? "The assistant answered" : `The assistant answered ${milliseconds(why.ms)} ms later`}</p>
        {replies.map((text) => (
          <p dir="auto" key={text}>
            <CitedWords text={text} citations={why.sources} />
          </p>
        ))}
        {why.withheld?.map((text) => (
          <p dir="auto" key={text} className="t3">
            Not sent, a person had taken over: <s>{text}</s>
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
