import { useState } from "react";
import type { Conversation, Me, Row } from "../console/api/types";
import { talkAt, whyAt } from "../console/hooks/route";
import { useKeys } from "../console/hooks/useKeys";
import { useLive } from "../console/hooks/useLive";
import { useRows } from "../console/hooks/useRows";
import { LineStrip } from "../console/shell/LineStrip";
import { AssistantFace, Avatar, ChannelIcon, channelName, KeyTag, Sentiment, SlaClock } from "../console/shell/marks";
import { Composer } from "../console/talk/Composer";
import { Ledger } from "../console/talk/Ledger";
import { TakeOver } from "../console/talk/TakeOver";
import { voiceOf } from "../console/talk/ledger";
import { WhyCompact } from "../console/why/WhyCompact";
import { Icon } from "../shared/icons";
import { firstName } from "../shared/words";
import { Feed } from "./Feed";

interface Props {
  me: Me;
  conversation: Conversation | undefined;
  own: string | null;
  choose(id: string): void;
  explained(): void;
}

/** The agent's console in small: the same queue, conversation, approval and why. */
export function Desk({ me, conversation, own, choose, explained }: Props) {
  const { line } = useLive();
  const [why, setWhy] = useState<{ id: string; seq: number } | null>(null);
  const offline = line.kind === "offline";
  const id = conversation?.conversation_id ?? null;
  const open = why?.id === id ? why.seq : null;
  const showWhy = (seq: number): void => {
    if (id) setWhy({ id, seq });
    explained();
  };
  useKeys({ Escape: open === null ? undefined : () => setWhy(null) });
  return (
    <section className="desk" aria-label="Agent’s console, compact">
      <header className="bar">
        <b>Console</b>
        <span className="xs t3 clip">signed in as {me.name}</span>
        <span className="push row">
          {conversation && <TakeOver conversation={conversation} me={me} offline={offline} small />}
          <a className="btn btn-sm" href={`/console${id ? talkAt(id) : ""}`}>
            Open in full
            <Icon name="right" size="sm" />
          </a>
        </span>
      </header>
      <Queue current={id} own={own} choose={choose} offline={offline} />
      <div className="talk">
        <LineStrip line={line} />
        {conversation && open !== null ? (
          <WhyPane conversation={conversation} seq={open} back={() => setWhy(null)} />
        ) : conversation ? (
          <Spoken conversation={conversation} me={me} offline={offline} openWhy={showWhy} />
        ) : (
          <Waiting />
        )}
      </div>
      <Feed conversationId={id} />
    </section>
  );
}

function Waiting() {
  return (
    <div className="mid">
      <Icon name="chat" />
      <b>Nothing was said yet</b>
      <p className="xs t2">Write in the chat at the left. What the assistant does with it appears here at once.</p>
    </div>
  );
}

function Spoken({ conversation, me, offline, openWhy }: { conversation: Conversation; me: Me; offline: boolean; openWhy(seq: number): void }) {
  const mine = voiceOf(conversation, me.agent_id).kind === "mine";
  return (
    <>
      <Speaker conversation={conversation} me={me} />
      <Ledger conversation={conversation} me={me} offline={offline} openWhy={openWhy} key={conversation.conversation_id} />
      {mine && <Composer conversation={conversation} me={me} offline={offline} />}
    </>
  );
}

/** One voice at a time: whose it is now. */
function Speaker({ conversation, me }: { conversation: Conversation; me: Me }) {
  const voice = voiceOf(conversation, me.agent_id);
  const name = firstName(conversation.profile.name);
  const score = conversation.sentiment.current;
  const words = {
    mine: "You speak.",
    other: voice.kind === "other" ? `${voice.name} speaks.` : "",
    assistant: "The assistant speaks.",
    waiting: `Nobody speaks, ${name} waits for a person.`,
    closed: "Closed.",
  }[voice.kind];
  return (
    <p className="sys speaker">
      {voice.kind === "assistant" ? <AssistantFace size="av-sm" /> : <Avatar name={voice.kind === "mine" ? me.name : conversation.profile.name} size="av-sm" />}
      <span>
        <b className="medium t2">{words}</b> {channelName(conversation.channel)}, {name} is {conversation.verified ? "verified" : "not verified"}.
      </span>
      {score !== null && (
        <span className="push row row-1">
          <Sentiment score={score} figure />
        </span>
      )}
    </p>
  );
}

function WhyPane({ conversation, seq, back }: { conversation: Conversation; seq: number; back(): void }) {
  return (
    <section className="why-pane" aria-label="Why this reply">
      <div className="row head">
        <button type="button" className="btn btn-sm" onClick={back}>
          <Icon name="left" size="sm" /> Back <kbd>Esc</kbd>
        </button>
        <h2>Why this reply</h2>
        <a className="push xs" href={`/console${whyAt(conversation.conversation_id, seq)}`}>
          in full
        </a>
      </div>
      <WhyCompact conversationId={conversation.conversation_id} seq={seq} />
    </section>
  );
}

interface QueueProps {
  current: string | null;
  own: string | null;
  offline: boolean;
  choose(id: string): void;
}

/** The three conversations that matter most here: the visitor's own, then who waits. */
function Queue({ current, own, offline, choose }: QueueProps) {
  const all = useRows("all").data ?? [];
  const first = all.filter((r) => r.conversation_id === own);
  const waiting = all.filter((r) => r.conversation_id !== own && (r.approvals_pending > 0 || r.waiting_since !== null));
  const rest = all.filter((r) => !first.includes(r) && !waiting.includes(r));
  const rows = [...first, ...waiting, ...rest].slice(0, 3);
  return (
    <ul className="q" aria-label="Queue">
      {rows.map((row) => (
        <li key={row.conversation_id}>
          <QueueRow row={row} current={row.conversation_id === current} offline={offline} choose={choose} />
        </li>
      ))}
    </ul>
  );
}

function QueueRow({ row, current, offline, choose }: { row: Row; current: boolean; offline: boolean; choose(id: string): void }) {
  const reason = row.reasons[0];
  return (
    <button type="button" aria-current={current} onClick={() => choose(row.conversation_id)}>
      <ChannelIcon channel={row.channel} />
      <b className="clip">{row.customer.name ?? "Unknown visitor"}</b>
      <span className="clip t2">{row.preview}</span>
      {reason ? <KeyTag reason={reason} /> : <span className="tag">{row.owner ? row.owner.name : row.status.replaceAll("_", " ")}</span>}
      <SlaClock since={row.waiting_since} due={row.sla_due_at} stopped={offline} />
    </button>
  );
}
