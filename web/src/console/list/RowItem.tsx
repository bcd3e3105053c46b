import { Icon } from "../../shared/icons";
import { clock, sentence, span } from "../../shared/words";
import type { Row } from "../api/types";
import type { FoundLine } from "../api/workspace";
import { hasDraft } from "../hooks/useDraft";
import { talkAt } from "../hooks/route";
import { useNow } from "../hooks/useNow";
import { ChannelIcon, KeyTag, Sentiment, SlaClock } from "../shell/marks";

interface Props {
  row: Row;
  current: boolean;
  offline: boolean;
  /** The line in which the words stand that were looked for. */
  line?: FoundLine | null;
}

/** One conversation of the list: who, what last, why it waits, how long still. */
export function RowItem({ row, current, offline, line }: Props) {
  const { name, tier, language } = row.customer;
  const vip = tier?.toLowerCase() === "vip";
  const unread = current ? 0 : row.unread;
  return (
    <a className="item" href={talkAt(row.conversation_id)} {...(current ? { "aria-current": "true" } : {})}>
      <ChannelIcon channel={row.channel} />
      <span className="who">
        <b className={unread ? "clip" : "clip medium"} dir="auto">
          {name ?? "Unknown visitor"}
        </b>
        {tier && tier !== "standard" && <span className={vip ? "chip chip-vip" : "chip"}>{vip ? "VIP" : sentence(tier)}</span>}
        {language && language !== "en" && <span className="chip">{language}</span>}
      </span>
      <Time row={row} offline={offline} />
      <span className="snip clip" dir="auto">
        {line?.text ?? row.preview ?? ""}
      </span>
      {unread > 0 && (
        <span className="unread">
          {unread}
          <span className="vh"> unread</span>
        </span>
      )}
      <span className="meta">
        {row.status === "waiting" && <span className="tag">waits for customer</span>}
        {row.reasons.slice(0, row.status === "waiting" ? 0 : 2).map((reason) => (
          <KeyTag key={reason.kind + reason.text} reason={reason} />
        ))}
        {row.tags.length > 0 && (
          <span className="row tags" title={row.tags.join(", ")}>
            <Icon name="tag" size="sm" label={`Tags: ${row.tags.join(", ")}`} />
            <span className="num" aria-hidden>
              {row.tags.length}
            </span>
          </span>
        )}
        {hasDraft(row.conversation_id) && <span className="xxs">draft</span>}
        {row.sentiment !== null && <Sentiment score={row.sentiment} />}
        {row.urgency !== null && <span className="push num">urgency {Math.round(row.urgency)}</span>}
      </span>
    </a>
  );
}

/** When it comes back, how long it may still wait, or when it was last heard. */
function Time({ row, offline }: Pick<Props, "row" | "offline">) {
  if (row.snoozed_until) return <Snoozed until={row.snoozed_until} />;
  if (row.status === "waiting") return <span className="sla sla-paused num">paused</span>;
  if (row.sla_due_at) return <SlaClock since={row.waiting_since} due={row.sla_due_at} stopped={offline} />;
  return row.preview_at ? (
    <time className="xxs t3 num" dateTime={row.preview_at}>
      {clock(row.preview_at)}
    </time>
  ) : (
    <span />
  );
}

function Snoozed({ until }: { until: string }) {
  const seconds = (Date.parse(until) - useNow()) / 1000;
  return <span className="sla sla-paused num">back in {span(seconds)}</span>;
}
