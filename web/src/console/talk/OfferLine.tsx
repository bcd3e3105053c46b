import { Icon } from "../../shared/icons";
import type { Transfer } from "../api/passing";
import type { Me } from "../api/types";
import { useAnswerOffer, useOffers } from "../hooks/usePassing";

interface Props {
  conversationId: string;
  me: Me;
  offline: boolean;
}

/** A transfer that waits for an answer, above the conversation: one's own offer, or one to take. */
export function OfferLine({ conversationId, me, offline }: Props) {
  const offer = useOffers(conversationId).data?.[0];
  return offer ? <Offer offer={offer} me={me} offline={offline} /> : null;
}

function Offer({ offer, me, offline }: { offer: Transfer; me: Me; offline: boolean }) {
  const answer = useAnswerOffer(me, offer.conversation_id);
  const own = offer.from_agent === me.agent_id;
  const to = offer.to_agent === me.agent_id ? "you" : (offer.to_name ?? offer.to_group);
  const off = offline || answer.isPending;
  return (
    <div className="say say-w offer" role="status">
      <Icon name="swap" size="sm" />
      <span className="grow">
        <b>{own ? `You offer this to ${to}.` : `${offer.from_name} offers this to ${to}.`}</b> {offer.briefing}
      </span>
      {answer.error && <span role="alert">{answer.error.message}</span>}
      {!own && (
        <button type="button" className="btn btn-sm btn-main" disabled={off} onClick={() => answer.mutate("take")}>
          Take it
        </button>
      )}
      <button type="button" className="btn btn-sm" disabled={off} onClick={() => answer.mutate("decline")}>
        {own ? "Take the offer back" : "Decline"}
      </button>
    </div>
  );
}
