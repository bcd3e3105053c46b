import { Icon } from "../../shared/icons";
import { clock } from "../../shared/words";
import type { Transfer } from "../api/passing";
import { talkAt } from "../hooks/route";

/** What colleagues pass on to oneself or one's group; each leads to its conversation, where it is answered. */
export function OfferRows({ offers }: { offers: readonly Transfer[] }) {
  return (
    <section aria-label="Offered to you">
      <div className="group">
        <h3>Offered to you</h3>
        <span className="xxs t3 num">{offers.length}</span>
      </div>
      <ul>
        {offers.map((offer) => (
          <li key={offer.transfer_id}>
            <a className="item" href={talkAt(offer.conversation_id)}>
              <Icon name="swap" />
              <span className="who">
                <b className="clip">{offer.from_name} passes this on</b>
              </span>
              <time className="xxs t3 num" dateTime={offer.created_at}>
                {clock(offer.created_at)}
              </time>
              <span className="snip clip">{offer.briefing}</span>
              <span className="meta">
                <span className="tag tag-wait">{offer.to_agent ? "waits for you" : `waits for ${offer.to_group}`}</span>
              </span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
