import { useEffect, useRef } from "react";
import { Icon } from "../../shared/icons";
import { clock, sentence, signed } from "../../shared/words";
import type { Conversation, Entry, Me } from "../api/types";
import { talkAt } from "../hooks/route";
import { useConversation } from "../hooks/useConversation";
import { useKeys } from "../hooks/useKeys";
import { go } from "../hooks/useRoute";
import { roomAt } from "../rooms";
import { AssistantFace, Avatar, channelName, Sentiment } from "../shell/marks";
import { CitedWords } from "../talk/Words";
import { LeadPanel } from "./LeadPanel";
import { useVip, useVipMark } from "./useBoard";

/** One conversation as it goes on, to be read only; what a supervisor may do stands beside it. */
export function Watch({ me, id }: { me: Me; id: string }) {
  const conversation = useConversation(id);
  useKeys({ Escape: () => history.back(), o: () => go(talkAt(id)) });
  return (
    <main className="room" aria-label="Watching a conversation">
      <header className="bar">
        <a className="btn btn-quiet btn-sq" href={roomAt("board")} aria-label="Back to the board">
          <Icon name="left" />
        </a>
        <h1>{conversation.data?.profile.name || "Unknown visitor"}</h1>
        <span className="chip">watching</span>
        <span className="push row">
          <a className="btn btn-sm" href={talkAt(id)}>
            Open at the desk <kbd>o</kbd>
          </a>
        </span>
      </header>
      {conversation.error && (
        <p className="say say-b" role="alert">
          {conversation.error.message}
        </p>
      )}
      {conversation.data && (
        <div className="watch">
          <Said entries={conversation.data.timeline} customer={conversation.data.profile.name} />
          <Beside conversation={conversation.data} me={me} />
        </div>
      )}
    </main>
  );
}

/** What was said, the newest last and in sight. */
function Said({ entries, customer }: { entries: readonly Entry[]; customer: string | null }) {
  const log = useRef<HTMLDivElement>(null);
  useEffect(() => {
    log.current?.scrollTo({ top: log.current.scrollHeight });
  }, [entries.length]);
  return (
    <div className="card said" ref={log} role="log" aria-label="What was said" tabIndex={0}>
      <ol>
        {entries.map((entry) => (
          <li key={entry.message_id}>{entry.sender === "system" || entry.kind === "event" ? <Happened entry={entry} /> : <Spoken entry={entry} name={entry.sender === "customer" ? customer : entry.sender_name} />}</li>
        ))}
      </ol>
    </div>
  );
}

function Spoken({ entry, name }: { entry: Entry; name: string | null }) {
  return (
    <>
      <span className="row xxs t3">
        {entry.sender === "assistant" ? <AssistantFace size="av-sm" /> : <Avatar name={name} size="av-sm" />}
        <b className="medium t2">{entry.sender === "assistant" ? "Assistant" : (name ?? sentence(entry.sender))}</b>
        <time dateTime={entry.timestamp}>{clock(entry.timestamp)}</time>
        {entry.sentiment !== null && <Sentiment score={entry.sentiment} />}
      </span>
      <p dir="auto">
        <CitedWords text={entry.text} citations={entry.citations} />
      </p>
    </>
  );
}

/** What the system did or told, and what a supervisor whispered: one quiet line. */
function Happened({ entry }: { entry: Entry }) {
  return (
    <span className="row xs t3">
      <Icon name={entry.whispered?.length ? "note" : entry.kind === "notice" ? "bell" : "hand"} size="sm" />
      <span>
        {entry.whispered?.length ? `${entry.sender_name} whispered: ` : ""}
        {entry.text}
      </span>
      <time className="push" dateTime={entry.timestamp}>
        {clock(entry.timestamp)}
      </time>
    </span>
  );
}

function Beside({ conversation, me }: { conversation: Conversation; me: Me }) {
  const { profile, owner, sentiment, handoff } = conversation;
  return (
    <aside className="card panel beside" aria-label="About this conversation">
      <dl className="facts">
        <dt>Status</dt>
        <dd>{conversation.status.replaceAll("_", " ")}</dd>
        <dt>Owner</dt>
        <dd>{owner ? (owner.agent_id === me.agent_id ? "you" : owner.name) : "nobody"}</dd>
        <dt>Channel</dt>
        <dd>{channelName(conversation.channel)}</dd>
        <dt>Urgency</dt>
        <dd className="num">{conversation.urgency === null ? "–" : Math.round(conversation.urgency)}</dd>
        <dt>Sentiment</dt>
        <dd className="num">{sentiment.current === null ? "–" : signed(sentiment.current)}</dd>
        {handoff && (
          <>
            <dt>Why</dt>
            <dd>
              {handoff.reason_text}
            </dd>
          </>
        )}
        <dt>Tier</dt>
        <dd>{profile.tier ? sentence(profile.tier) : "–"}</dd>
      </dl>
      <LeadPanel conversation={conversation} me={me} />
      {profile.customer_id && <Important conversation={conversation.conversation_id} customer={profile.customer_id} />}
      {conversation.summary && <p className="xs t2 short">{conversation.summary}</p>}
    </aside>
  );
}

/** The switch that makes a customer count for more, here and in every later conversation. */
function Important({ conversation, customer }: { conversation: string; customer: string }) {
  const mark = useVipMark(customer);
  const change = useVip(conversation);
  const vip = mark.data?.vip ?? false;
  return (
    <div className="stack gap-1">
      <label className="row">
        <input type="checkbox" checked={vip} disabled={!mark.data || change.isPending} onChange={(e) => change.mutate({ customer, vip: e.target.checked })} />
        Important customer (VIP)
      </label>
      <p className="xxs t3" aria-live="polite">
        {change.error ? change.error.message : vip ? "Counts for more in the queue, in every conversation, until you take the mark away." : "A mark raises the priority of what is open now and of what comes."}
      </p>
    </div>
  );
}
