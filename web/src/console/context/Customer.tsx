import type { ReactNode } from "react";
import { Icon } from "../../shared/icons";
import { clock, money, sentence } from "../../shared/words";
import type { Conversation, Me, Order, Ranked } from "../api/types";
import { useOrders } from "../hooks/useOrders";
import { roomAt, roomNamed } from "../rooms";
import { Avatar, Confidence } from "../shell/marks";
import { Identity, Presence } from "./Identity";

/** One screen about the customer: what happened in short, who it is, what they bought, what they want. */
export function Customer({ conversation: c, me }: { conversation: Conversation; me: Me }) {
  return (
    <>
      {c.summary && (
        <Section title="In short" raised>
          <p className="xs short">{c.summary}</p>
        </Section>
      )}
      <section>
        <div className="row head">
          <Avatar name={c.profile.name} size="av-lg" />
          <div className="grow">
            <b dir="auto">{c.profile.name ?? "Unknown visitor"}</b>
            <p className="xs t3">{c.verified ? "verified" : "not verified: may read a status, may cause no effect"}</p>
            <Presence conversationId={c.conversation_id} />
          </div>
          {c.profile.customer_id && roomNamed("customers", me.role) && (
            <a className="btn btn-quiet btn-sq" href={roomAt("customers", c.profile.customer_id)} aria-label="Everything about this customer" title="Everything about this customer">
              <Icon name="link" />
            </a>
          )}
        </div>
        <dl className="facts">
          <Fact name="Tier" value={c.profile.tier && sentence(c.profile.tier)} />
          <Fact name="Customer" value={c.profile.external_id} />
          <Fact name="Email" value={c.profile.email} />
          <Fact name="Language" value={c.profile.language} />
        </dl>
      </section>
      <Identity conversation={c} me={me} />
      <Orders customerId={c.profile.external_id ?? c.profile.customer_id} />
      {c.intents.length > 0 && (
        <Section title="Intents in the last message">
          <div className="stack gap-1 xs">
            {c.intents.slice(0, 3).filter(worthShowing).map((intent) => (
              <div className="row" key={intent.name}>
                <span className="clip">{intent.name}</span>
                <span className="push">
                  <Confidence value={intent.confidence} />
                </span>
              </div>
            ))}
          </div>
        </Section>
      )}
      {c.entities.length > 0 && (
        <Section title="Entities">
          <div className="row row-1 wrap">
            {c.entities.map((e) => (
              <span className="chip" key={e.entity + String(e.value)}>
                <span className="t3">{e.entity.replaceAll("_", " ")}</span> <bdi>{String(e.value)}</bdi>
              </span>
            ))}
          </div>
        </Section>
      )}
      <Happened conversation={c} />
    </>
  );
}

/** A guess that rounds to nothing is left out, unless there is nothing better. */
function worthShowing(intent: Ranked, place: number): boolean {
  return place === 0 || intent.confidence >= 0.01;
}

function Section({ title, raised = false, children }: { title: string; raised?: boolean; children: ReactNode }) {
  return (
    <section className={raised ? "raised" : ""}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function Fact({ name, value }: { name: string; value: string | null }) {
  if (!value) return null;
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  );
}

function Orders({ customerId }: { customerId: string | null }) {
  const orders = useOrders(customerId);
  if (customerId === null) return null;
  return (
    <Section title="Orders">
      {orders.error && <p className="xs bad">The orders did not load. {orders.error.message}</p>}
      {orders.data?.length === 0 && <p className="xs t3">No order yet.</p>}
      <table className="num">
        <tbody>
          {orders.data?.slice(0, 6).map((order) => (
            <OrderRow order={order} key={order.order_id} />
          ))}
        </tbody>
      </table>
    </Section>
  );
}

function OrderRow({ order }: { order: Order }) {
  return (
    <tr>
      <td>
        <b>
          <bdi>#{order.order_id}</bdi>
        </b>
      </td>
      <td>{order.product}</td>
      <td className="r">{money(Number(order.total), order.currency)}</td>
      <td className="r t3">{order.status.replaceAll("_", " ")}</td>
    </tr>
  );
}

/** What happened around the words, newest first. */
function Happened({ conversation }: { conversation: Conversation }) {
  const events = conversation.timeline.filter((e) => e.kind === "event").reverse();
  const waiting = conversation.approvals.filter((a) => a.status === "pending");
  if (!events.length && !waiting.length) return null;
  return (
    <Section title="Timeline">
      <ol className="tl num">
        {waiting.map((a) => (
          <li key={a.approval_id}>
            <span className="t3">{clock(a.created_at)}</span>
            <i className="w" />
            <span>{a.label} waits for a decision</span>
          </li>
        ))}
        {events.slice(0, 8).map((e) => (
          <li key={e.message_id}>
            <span className="t3">{clock(e.timestamp)}</span>
            <i />
            <span>{e.text}</span>
          </li>
        ))}
      </ol>
    </Section>
  );
}
