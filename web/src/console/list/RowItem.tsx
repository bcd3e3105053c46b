import { sentence } from "../../shared/words";
import type { Row } from "../api/types";
import { talkAt } from "../hooks/route";
import { ChannelIcon, KeyTag, Sentiment, SlaClock } from "../shell/marks";

interface Props {
  row: Row;
  current: boolean;
  offline: boolean;
}

/** One conversation of the list: who, what last, why it waits, how long still. */
export function RowItem({ row, current, offline }: Props) {
  const { name, tier, language } = row.customer;
  const vip = tier?.toLowerCase() === "vip";
  return (
    <a className="item" href={talkAt(row.conversation_id)} {...(current ? { "aria-current": "true" } : {})}>
      <ChannelIcon channel={row.channel} />
      <span className="who">
        <b className="clip">{name ?? "Unknown visitor"}</b>
        {tier && tier !== "standard" && <span className={vip ? "chip chip-vip" : "chip"}>{vip ? "VIP" : sentence(tier)}</span>}
        {language && language !== "en" && <span className="chip">{language}</span>}
      </span>
      <SlaClock since={row.waiting_since} due={row.sla_due_at} stopped={offline} />
      <span className="snip clip" dir="auto">
        {row.preview ?? ""}
      </span>
      <span className="meta">
        {row.reasons.slice(0, 2).map((reason) => (
          <KeyTag key={reason.kind + reason.text} reason={reason} />
        ))}
        {row.sentiment !== null && <Sentiment score={row.sentiment} />}
        {row.urgency !== null && <span className="push num">urgency {Math.round(row.urgency)}</span>}
      </span>
    </a>
  );
}
