import { useEffect, useRef } from "react";
import { Icon } from "../../shared/icons";
import { sentimentStep } from "../../shared/sentiment";
import { clock } from "../../shared/words";
import type { Conversation, Me } from "../api/types";
import { ApprovalCard } from "../approval/ApprovalCard";
import { useRepliesUnderWay } from "../hooks/useConversation";
import { ChannelIcon, channelName } from "../shell/marks";
import { EntryLine } from "./EntryLine";
import { explainedTurns, ledger, type LedgerLine, type Thread } from "./ledger";

interface Props {
  conversation: Conversation;
  me: Me;
  offline: boolean;
  openWhy?: (seq: number) => void;
}

const EXPLAINED = 8;

/** The conversation, with the customer's sentiment running beside it as a thread. */
export function Ledger({ conversation, me, offline, openWhy }: Props) {
  const lines = ledger(conversation);
  const pending = conversation.approvals.find((a) => a.status === "pending")?.approval_id;
  const explained = new Set(explainedTurns(conversation.timeline, conversation.conversation_id).slice(-EXPLAINED));
  const underWay = useRepliesUnderWay(conversation.conversation_id);
  const log = useEndInSight(lines.length + underWay.length, conversation.conversation_id);
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
      case "entry":
        return (
          <EntryLine
            entry={line.entry}
            conversationId={conversation.conversation_id}
            entities={conversation.entities}
            me={me.name}
            explain={explained.has(line.entry.seq ?? -1)}
            openWhy={openWhy}
          />
        );
    }
  };
  return (
    <div className="log" ref={log} tabIndex={0} role="log" aria-label="Conversation" aria-live="polite">
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
      </ol>
    </div>
  );
}

function Time({ line }: { line: LedgerLine }) {
  const at = line.kind === "approval" ? line.approval.created_at : line.kind === "entry" && line.entry.kind === "message" ? line.entry.timestamp : null;
  return at ? <time dateTime={at}>{clock(at)}</time> : <span />;
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

/** Keeps the newest line in sight, unless the agent has scrolled up to read. */
function useEndInSight(length: number, id: string) {
  const log = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  useEffect(() => {
    const node = log.current;
    if (!node) return;
    const scrolled = (): void => {
      atEnd.current = node.scrollHeight - node.scrollTop - node.clientHeight < 80;
    };
    const grown = new ResizeObserver(() => {
      if (atEnd.current) node.scrollTop = node.scrollHeight;
    });
    node.addEventListener("scroll", scrolled);
    if (node.firstElementChild) grown.observe(node.firstElementChild);
    return () => {
      node.removeEventListener("scroll", scrolled);
      grown.disconnect();
    };
  }, []);
  useEffect(() => {
    if (atEnd.current && log.current) log.current.scrollTop = log.current.scrollHeight;
  }, [length, id]);
  return log;
}
