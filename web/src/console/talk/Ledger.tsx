import { useEffect, useLayoutEffect, useRef, type RefObject } from "react";
import { Icon } from "../../shared/icons";
import { sentimentStep } from "../../shared/sentiment";
import { clock, firstName } from "../../shared/words";
import type { Conversation, Me } from "../api/types";
import { ApprovalCard } from "../approval/ApprovalCard";
import { useRepliesUnderWay } from "../hooks/useConversation";
import { useEarlier } from "../hooks/useEarlier";
import { useSessions } from "../hooks/useIdentity";
import { useTasks } from "../hooks/useTasks";
import { useTyping } from "../hooks/useTyping";
import { ChannelIcon, channelName } from "../shell/marks";
import { TaskCard } from "../task/TaskCard";
import { EntryLine } from "./EntryLine";
import "../desk/desk.css";
import { explainedTurns, lastRead, ledger, type LedgerLine, type Thread } from "./ledger";

interface Props {
  conversation: Conversation;
  me: Me;
  offline: boolean;
  openWhy?: (seq: number) => void;
}

const EXPLAINED = 8;

/** The conversation, with the customer's sentiment running beside it as a thread. */
export function Ledger({ conversation, me, offline, openWhy }: Props) {
  const known = useEarlier(conversation);
  const tasks = useTasks(conversation.conversation_id).data ?? [];
  const lines = ledger({ timeline: known.entries, approvals: conversation.approvals, tasks });
  const pending = conversation.approvals.find((a) => a.status === "pending")?.approval_id;
  const explained = new Set(explainedTurns(conversation.timeline, conversation.conversation_id).slice(-EXPLAINED));
  const underWay = useRepliesUnderWay(conversation.conversation_id);
  const writing = useTyping(conversation.conversation_id);
  const read = lastRead(conversation.timeline, useSessions(conversation.conversation_id).data?.read_no);
  const log = useEndInSight(lines.length + underWay.length + Number(writing), known.entries[0]?.entry_no ?? 0);
  const show = (line: LedgerLine) => {
    switch (line.kind) {
      case "split":
        return (
          <div className="split">
            <ChannelIcon channel={line.channel} size="sm" />
            {channelName(line.channel)} · {line.day}
          </div>
        );
      case "approval":
        return <ApprovalCard approval={line.approval} me={me} offline={offline} keysOn={line.approval.approval_id === pending} />;
      case "task":
        return <TaskCard task={line.task} offline={offline} />;
      case "entry":
        return (
          <EntryLine
            entry={line.entry}
            scoreBefore={line.scoreBefore}
            conversationId={conversation.conversation_id}
            entities={conversation.entities}
            me={me.name}
            explain={explained.has(line.entry.seq ?? -1)}
            openWhy={openWhy}
            read={line.entry.message_id === read}
          />
        );
    }
  };
  return (
    <div className="log" ref={log} tabIndex={0} role="log" aria-label="Conversation" aria-live="polite">
      {known.earlier && <Earlier more={known.more} failed={known.failed} log={log} />}
      <ol>
        {lines.map((line) => (
          <li className="en" key={line.key}>
            <Time line={line} />
            <ThreadMark thread={line.thread} dot={line.kind === "entry" && line.entry.sender === "customer"} />
            {show(line)}
          </li>
        ))}
        {underWay.map((reply, i) => (
          <li className="en" key={reply.message_id}>
            <span />
            <span className="th" />
            <div className="m agent under-way">
              <div className="b">{reply.text}</div>
              <p className="xs t3 row row-1">
                <Icon name="clock" size="sm" />
                {offline ? `waits for the connection, ${i + 1} of ${underWay.length}` : "on its way"}
              </p>
            </div>
          </li>
        ))}
        {writing && (
          <li className="en">
            <span />
            <span className="th th-none" />
            <p className="line">
              <Icon name="dots" size="sm" /> {firstName(conversation.profile.name)} is writing…
            </p>
          </li>
        )}
      </ol>
    </div>
  );
}

function Time({ line }: { line: LedgerLine }) {
  const at = timeOf(line);
  return at ? <time dateTime={at}>{clock(at)}</time> : <span />;
}

function timeOf(line: LedgerLine): string | null {
  switch (line.kind) {
    case "split":
      return null;
    case "approval":
      return line.approval.created_at;
    case "task":
      return line.task.created_at;
    case "entry":
      return line.entry.kind === "message" || line.entry.kind === "note" ? line.entry.timestamp : null;
  }
}

function ThreadMark({ thread, dot }: { thread: Thread; dot: boolean }) {
  if (thread.score === null) return <span className="th th-none" />;
  const style = { "--x": `${thread.x}px`, "--t": thread.x === thread.from ? "0px" : "14px", "--c": `var(--color-sentiment-${sentimentStep(thread.score)})` };
  return (
    <span className="th" style={style}>
      {thread.x !== thread.from && (
        <svg viewBox="0 0 34 16" aria-hidden>
          <path d={`M${thread.from} 0C${thread.from} 8 ${thread.x} 6 ${thread.x} 15`} />
        </svg>
      )}
      {dot && <i />}
    </span>
  );
}

interface EarlierProps {
  more: (() => void) | undefined;
  failed: Error | null;
  log: RefObject<HTMLDivElement | null>;
}

/** Older lines come when one scrolls up to where they begin, or presses the button. */
function Earlier({ more, failed, log }: EarlierProps) {
  const mark = useRef<HTMLDivElement>(null);
  const ask = failed ? undefined : more;
  useEffect(() => {
    if (!ask || !mark.current) return;
    const seen = new IntersectionObserver((marks) => marks.some((m) => m.isIntersecting) && ask(), { root: log.current, rootMargin: "400px 0px 0px" });
    seen.observe(mark.current);
    return () => seen.disconnect();
  }, [ask, log]);
  return (
    <div className="earlier xs" ref={mark}>
      {failed && <span role="alert">Older lines did not load. {failed.message} </span>}
      <button type="button" className="btn btn-sm btn-quiet" disabled={!more} onClick={more}>
        {more ? "Show earlier lines" : "Loading earlier lines…"}
      </button>
    </div>
  );
}

/** Keeps the newest line in sight, unless the agent has scrolled up to read; older lines above move nothing. */
function useEndInSight(length: number, first: number) {
  const log = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const below = useRef(0);
  useEffect(() => {
    const node = log.current;
    if (!node) return;
    const scrolled = (): void => {
      below.current = node.scrollHeight - node.scrollTop;
      atEnd.current = below.current - node.clientHeight < 80;
    };
    const grown = new ResizeObserver(() => {
      if (atEnd.current) node.scrollTop = node.scrollHeight;
    });
    node.addEventListener("scroll", scrolled);
    const lines = node.querySelector("ol");
    if (lines) grown.observe(lines);
    return () => {
      node.removeEventListener("scroll", scrolled);
      grown.disconnect();
    };
  }, []);
  useLayoutEffect(() => {
    if (log.current && !atEnd.current) log.current.scrollTop = log.current.scrollHeight - below.current;
  }, [first]);
  useEffect(() => {
    if (atEnd.current && log.current) log.current.scrollTop = log.current.scrollHeight;
  }, [length]);
  return log;
}
