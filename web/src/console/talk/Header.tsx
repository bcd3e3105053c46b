import { Icon } from "../../shared/icons";
import { sentimentStep } from "../../shared/sentiment";
import { about, sentence, signed } from "../../shared/words";
import type { Conversation, Me, Row } from "../api/types";
import { useNow } from "../hooks/useNow";
import { Avatar, SlaClock } from "../shell/marks";
import { Resolve } from "./Resolve";
import { SnoozeMenu } from "./SnoozeMenu";
import { TagMenu } from "./TagMenu";

interface Props {
  conversation: Conversation;
  me: Me;
  offline: boolean;
  /** As it stands in a list; on a small screen the list, and its clock, are out of sight. */
  row: Row | undefined;
  showContext(): void;
}

/** Who it is, how it stands, and what can be done with the whole conversation. */
export function Header({ conversation, me, offline, row, showContext }: Props) {
  const { profile, verified, sentiment } = conversation;
  return (
    <header className="bar">
      <a className="btn btn-quiet btn-sq back" href="#/" aria-label="Back to the list">
        <Icon name="left" />
      </a>
      <Avatar name={profile.name} />
      <div className="grow">
        <h1 className="row row-1">
          <span className="clip" dir="auto">
            {profile.name ?? "Unknown visitor"}
          </span>
          {profile.tier && profile.tier !== "standard" && <span className="chip">{sentence(profile.tier)}</span>}
          <span className="chip">
            <Icon name={verified ? "shieldok" : "shield"} size="sm" />
            {verified ? "verified" : "not verified"}
          </span>
        </h1>
        <Subject conversation={conversation} />
      </div>
      {sentiment.current !== null && <Spark scores={sentiment.timeline.map((t) => t.score)} current={sentiment.current} />}
      {row?.sla_due_at && row.status !== "waiting" && (
        <span className="head-clock">
          <SlaClock since={row.waiting_since} due={row.sla_due_at} stopped={offline} />
        </span>
      )}
      <TagMenu conversation={conversation} offline={offline} key={`tags:${conversation.conversation_id}`} />
      <SnoozeMenu conversation={conversation} offline={offline} key={`snooze:${conversation.conversation_id}`} />
      <Resolve conversation={conversation} me={me} offline={offline} key={`resolve:${conversation.conversation_id}`} />
      <button type="button" className="btn btn-quiet to-context" onClick={showContext}>
        <Icon name="user" /> Context
      </button>
    </header>
  );
}

function Subject({ conversation }: Pick<Props, "conversation">) {
  const now = useNow();
  const openFor = about((now - Date.parse(conversation.started_at)) / 1000);
  return (
    <p className="xs t3 clip">
      {subjectOf(conversation)} · open for {openFor}
    </p>
  );
}

/** What it is about, as far as it was understood: `Refund request, order #1042`. */
export function subjectOf({ intents, entities }: Pick<Conversation, "intents" | "entities">): string {
  const order = entities.find((found) => found.entity === "order_number");
  const wish = intents[0] && (intents[0].name === "human_request" ? "Asked for a person" : sentence(intents[0].name));
  const about = [wish, order && `order #${order.value}`].filter(Boolean);
  return about.length ? about.join(", ") : "New conversation";
}

/** The customer's sentiment over the conversation; the last step says how it moved. */
function Spark({ scores, current }: { scores: readonly number[]; current: number }) {
  const last = scores.slice(-6);
  const step = 82 / Math.max(1, last.length - 1);
  const points = last.map((score, i) => `${4 + i * step} ${12 - score * 11}`);
  const moved = last.length > 1 ? current - (last.at(-2) ?? current) : 0;
  const words = Math.abs(moved) < 0.05 ? "" : `${moved < 0 ? "fell" : "rose"} ${Math.abs(moved).toFixed(2)}`;
  const color = `var(--color-sentiment-${sentimentStep(current)})`;
  return (
    <div className="push row sentiment" title={`Sentiment ${signed(current)} ${words}`}>
      {last.length > 1 && (
        <svg className="spark" viewBox="0 0 92 24" aria-hidden>
          <path d="M0 12h92" stroke="var(--color-line-strong)" strokeDasharray="2 3" />
          <path d={`M${points.join(" ")}`} fill="none" stroke={color} strokeWidth="1.5" />
          <circle cx={86} cy={12 - current * 11} r="3" fill={color} />
        </svg>
      )}
      <span className="xs">
        <b className={current < -0.6 ? "num bad" : "num"}>
          <span className="vh">Sentiment </span>
          {signed(current)}
        </b>{" "}
        <span className="t3 num">{words}</span>
      </span>
    </div>
  );
}
