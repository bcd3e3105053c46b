import { day } from "../../shared/words";
import type { Conversation, Me } from "../api/types";
import { useIdentities, useJudge, useSessions, whoStays, type Candidate, type Evidence, type Sessions } from "../hooks/useIdentity";
import { Confidence } from "../shell/marks";

const THERE: Record<Sessions["presence"], string> = {
  here: "has the chat open",
  away: "has the chat open, and is silent",
  gone: "has no chat open",
};

/** Whether the customer is there just now. */
export function Presence({ conversationId }: { conversationId: string }) {
  const sessions = useSessions(conversationId).data;
  if (!sessions || (sessions.presence === "gone" && !sessions.seen_at)) return null;
  return <p className="xs t3">{THERE[sessions.presence]}</p>;
}

/** What the customer proved, and who may be the same person, with what speaks for it. */
export function Identity({ conversation, me }: { conversation: Conversation; me: Me }) {
  const id = conversation.profile.customer_id;
  const found = useIdentities(id);
  if (id === null || found.error) return null;
  const { contacts = [], candidates = [] } = found.data ?? {};
  if (contacts.length + candidates.length === 0) return null;
  return (
    <section aria-label="Identity">
      <h3>Identity</h3>
      {contacts.length > 0 && (
        <ul className="stack gap-1 xs">
          {contacts.map((one) => (
            <li className="row" key={one.value}>
              <bdi className="clip">{one.value}</bdi>
              <span className="push t3">proved {day(one.verified_at)}</span>
            </li>
          ))}
        </ul>
      )}
      {candidates.slice(0, 3).map((one) => (
        <MayBe key={one.customer_id} candidate={one} customerId={id} conversation={conversation} me={me} />
      ))}
    </section>
  );
}

interface MayBeProps {
  candidate: Candidate;
  customerId: string;
  conversation: Conversation;
  me: Me;
}

function MayBe({ candidate, customerId, conversation, me }: MayBeProps) {
  const judge = useJudge(customerId, conversation.conversation_id);
  const name = candidate.name ?? "a customer without a name";
  const here = { id: customerId, hasAccount: conversation.profile.external_id !== null };
  const decides = me.role === "supervisor" || me.role === "admin";
  return (
    <div className="stack gap-1 xs" role="group" aria-label={`May be the same person: ${name}`}>
      <p className="row">
        <span>
          May be <b dir="auto">{name}</b>
        </span>
        <span className="push">
          <Confidence value={candidate.likelihood} />
        </span>
      </p>
      <p className="t3">{candidate.evidence.map(inWords).join("; ")}</p>
      {decides && (
        <p className="row row-1">
          <button type="button" className="btn btn-sm" disabled={judge.isPending} onClick={() => judge.mutate({ same: whoStays(here, candidate) })}>
            Same person
          </button>
          <button type="button" className="btn btn-sm btn-quiet" disabled={judge.isPending} onClick={() => judge.mutate({ apart: candidate.customer_id })}>
            Two people
          </button>
        </p>
      )}
      {judge.error && <p className="bad">Nothing was changed. {judge.error.message}</p>}
    </div>
  );
}

/** Says in a few words what two customers share. */
export function inWords({ kind, shared }: Evidence): string {
  switch (kind) {
    case "proved":
      return shared ? `both proved ${shared}` : "both proved the same address";
    case "address":
      return `one writes from ${shared}, which the other's record has`;
    case "record":
      return `both records have ${shared}`;
    case "name":
      return "the same name";
  }
}
