import type { ReactNode } from "react";
import { Icon, type IconName } from "../../shared/icons";
import { clock, span } from "../../shared/words";
import type { DeskOffer, Transfer } from "../api/passing";
import { talkAt } from "../hooks/route";
import { useNow } from "../hooks/useNow";

/** What waits for one's own answer: passed on by colleagues, or offered by the desk. */
export interface Offered {
  transfers: readonly Transfer[];
  desk: readonly DeskOffer[];
}

export const NOTHING_OFFERED: Offered = { transfers: [], desk: [] };

/** What is offered to oneself or one's group; each leads to its conversation, where it is answered. */
export function OfferRows({ transfers, desk, current }: Offered & { current: string | null }) {
  const count = transfers.length + desk.length;
  if (!count) return null;
  return (
    <section aria-label="Offered to you">
      <div className="group">
        <h3>Offered to you</h3>
        <span className="xxs t3 num">{count}</span>
      </div>
      <ul>
        {desk.map((offer) => (
          <OfferRow key={offer.conversation_id} current={current} id={offer.conversation_id} icon="bell" title={offer.customer.name ?? "Unknown visitor"} text={offer.preview} tag="waits for your answer">
            <Left until={offer.offered?.until ?? ""} />
          </OfferRow>
        ))}
        {transfers.map((offer) => (
          <OfferRow key={offer.transfer_id} current={current} id={offer.conversation_id} icon="swap" title={`${offer.from_name} passes this on`} text={offer.briefing} tag={offer.to_agent ? "waits for you" : `waits for ${offer.to_group}`}>
            <time className="xxs t3 num" dateTime={offer.created_at}>
              {clock(offer.created_at)}
            </time>
          </OfferRow>
        ))}
      </ul>
    </section>
  );
}

interface RowProps {
  id: string;
  current: string | null;
  icon: IconName;
  title: string;
  text: string;
  tag: string;
  children: ReactNode;
}

function OfferRow({ id, current, icon, title, text, tag, children }: RowProps) {
  return (
    <li>
      <a className="item" href={talkAt(id)} {...(id === current ? { "aria-current": "true" } : {})}>
        <Icon name={icon} />
        <span className="who">
          <b className="clip" dir="auto">
            {title}
          </b>
        </span>
        {children}
        <span className="snip clip" dir="auto">
          {text}
        </span>
        <span className="meta">
          <span className="tag tag-wait">{tag}</span>
        </span>
      </a>
    </li>
  );
}

/** How long an offer is still one's own. */
export function Left({ until }: { until: string }) {
  const seconds = (Date.parse(until) - useNow()) / 1000;
  return (
    <span className="sla sla-soon num" style={{ "--left": 1 }}>
      {span(seconds)}
      <span className="vh"> left to answer</span>
    </span>
  );
}
