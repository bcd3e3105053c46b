import { Icon } from "../../shared/icons";
import type { DeskOffer, Transfer } from "../api/passing";
import type { Me } from "../api/types";
import { useClaim } from "../hooks/useConversation";
import { useAnswerOffer, useDeskOffers, useOffers, usePass } from "../hooks/usePassing";
import { Left } from "../list/OfferRows";

interface Props {
  conversationId: string;
  me: Me;
  offline: boolean;
}

/** What waits for an answer, above the conversation: a transfer of one's own or one to take, or what the desk offers. */
export function OfferLine({ conversationId, me, offline }: Props) {
  const offer = useOffers(conversationId).data?.[0];
  const desk = useDeskOffers(me).data?.find((one) => one.conversation_id === conversationId);
  if (offer) return <Offer offer={offer} me={me} offline={offline} />;
  return desk ? <FromTheDesk offer={desk} me={me} offline={offline} /> : null;
}

/** The desk asks whether one takes it; what is passed, or not answered in time, goes to the next. */
function FromTheDesk({ offer, me, offline }: { offer: DeskOffer; me: Me; offline: boolean }) {
  const claim = useClaim(me);
  const pass = usePass(me);
  const off = offline || claim.isPending || pass.isPending;
  const error = claim.error ?? pass.error;
  return (
    <div className="say say-w offer" role="status">
      <Icon name="bell" size="sm" />
      <span className="grow">
        <b>This is offered to you.</b> If you pass, the next colleague is asked.
      </span>
      {error && <span role="alert">{error.message}</span>}
      <span aria-hidden>
        <Left until={offer.offered?.until ?? ""} />
      </span>
      <button type="button" className="btn btn-sm btn-main" disabled={off} onClick={() => claim.mutate(offer.conversation_id)}>
        Take it
      </button>
      <button type="button" className="btn btn-sm" disabled={off} onClick={() => pass.mutate(offer.conversation_id)}>
        Pass
      </button>
    </div>
  );
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
