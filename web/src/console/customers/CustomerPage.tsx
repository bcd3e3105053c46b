import type { FormEvent } from "react";
import { sentence, day, clock } from "../../shared/words";
import type { Me } from "../api/types";
import { talkAt } from "../hooks/route";
import { Why } from "../room/Fault";
import { changed, textOf } from "../room/form";
import { Labelled } from "../room/Labelled";
import { roomAt } from "../rooms";
import { Block, Merging } from "./Managing";
import type { CustomerFields, CustomerView, Past } from "./types";
import { exportOf, useCorrect } from "./useCustomers";
import { WriteFirst } from "./WriteFirst";

const MANAGE = ["supervisor", "admin"];

/** One customer: who it is, what was said on which channel, what may be done. */
export function CustomerPage({ me, customer }: { me: Me; customer: CustomerView }) {
  return (
    <>
      <header className="bar">
        <a className="btn btn-sm btn-quiet back" href={roomAt("customers")}>
          Back to the list
        </a>
        <h2 className="clip">{customer.name ?? "A customer"}</h2>
        <span className="chip">{customer.tier}</span>
        {customer.blocked_at && <span className="tag tag-bad">blocked since {day(customer.blocked_at)}</span>}
        {me.role === "admin" && (
          <a className="btn btn-sm push" href={exportOf(customer.customer_id)} download>
            Export everything held
          </a>
        )}
      </header>
      <div className="desk-2">
        <div className="stack gap-3">
          <History past={customer.conversations} />
          <WriteFirst customer={customer} />
        </div>
        <aside className="stack gap-3">
          <Record customer={customer} />
          <Addresses customer={customer} />
          {MANAGE.includes(me.role) && <Block customer={customer} />}
          {MANAGE.includes(me.role) && <Merging customer={customer} />}
        </aside>
      </div>
    </>
  );
}

function History({ past }: { past: Past[] }) {
  return (
    <section className="card" aria-label="Conversations">
      <h3>Conversations on all channels</h3>
      {past.length === 0 && <p className="xs t3">No conversation yet.</p>}
      <ol className="past">
        {past.map((one) => (
          <li key={one.conversation_id}>
            <a href={talkAt(one.conversation_id)} className="clip">
              {one.preview || "Nothing was said yet"}
            </a>
            <span className="xxs t3">
              {day(one.updated_at)} {clock(one.updated_at)} · {one.channel} · {sentence(one.status)}
              {one.owner && ` · ${one.owner}`}
              {one.intent && ` · ${sentence(one.intent)}`}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** What is known, to be corrected; a change of somebody else is never overwritten. */
function Record({ customer }: { customer: CustomerView }) {
  const correct = useCorrect(customer.customer_id);
  const save = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const now: CustomerFields = { name: "", email: "", phone: "", tier: "", language: "", note: "" };
    for (const name of Object.keys(now) as (keyof CustomerFields)[]) now[name] = textOf(form, name);
    const before = { ...customer, name: customer.name ?? "", email: customer.email ?? "", phone: customer.phone ?? "", note: customer.note ?? "" };
    const different = changed<CustomerFields>(before, now);
    if (Object.keys(different).length) correct.mutate({ ...different, version: customer.version });
  };
  return (
    <form key={customer.version} className="card stack gap-2" aria-label="What is known" onSubmit={save}>
      <h3>What is known</h3>
      <Labelled label="Name" name="name" defaultValue={customer.name ?? ""} />
      <Labelled label="Email" name="email" type="email" defaultValue={customer.email ?? ""} />
      <Labelled label="Phone" name="phone" type="tel" defaultValue={customer.phone ?? ""} />
      <div className="row">
        <Labelled label="Tier" name="tier" required defaultValue={customer.tier} />
        <Labelled label="Language" name="language" required defaultValue={customer.language} />
      </div>
      <label className="stack gap-1">
        <span className="label">Note for colleagues</span>
        <textarea className="field" name="note" defaultValue={customer.note ?? ""} />
      </label>
      <Why error={correct.error} />
      <div className="row">
        <button className="btn btn-sm" disabled={correct.isPending}>
          {correct.isPending ? "Saving…" : "Save"}
        </button>
        {correct.isSuccess && <span className="xs ok" role="status">Saved</span>}
      </div>
      <dl className="facts">
        <dt>Company's id</dt>
        <dd className="mono">
          <bdi>{customer.external_id ?? "unknown"}</bdi>
        </dd>
        <dt>Known since</dt>
        <dd>{day(customer.created_at)}</dd>
      </dl>
    </form>
  );
}

function Addresses({ customer }: { customer: CustomerView }) {
  return (
    <section className="card" aria-label="Addresses">
      <h3>Addresses</h3>
      {customer.addresses.length === 0 && <p className="xs t3">None is known.</p>}
      <dl className="facts">
        {customer.addresses.map((one) => (
          <div key={`${one.channel}:${one.address}`} className="pair">
            <dt>{one.channel}</dt>
            <dd className="mono clip" title={one.address}>
              <bdi>{one.address}</bdi>
              {one.verified ? <span className="xxs ok"> verified</span> : <span className="xxs t3"> not verified</span>}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
