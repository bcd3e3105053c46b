import { useDeferredValue, useState, type FormEvent } from "react";
import { day } from "../../shared/words";
import { Why } from "../room/Fault";
import { textOf } from "../room/form";
import { Labelled } from "../room/Labelled";
import type { CustomerView, Found } from "./types";
import { useBlock, useMerge, usePart, useSearch } from "./useCustomers";

/** Takes no more messages from a customer, or takes them again. */
export function Block({ customer }: { customer: CustomerView }) {
  const block = useBlock(customer.customer_id);
  const blocked = customer.blocked_at !== null;
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    block.mutate({ blocked: !blocked, reason: textOf(new FormData(event.currentTarget), "reason") });
  };
  return (
    <form className="card stack gap-2" aria-label="Block" onSubmit={submit}>
      <h3>{blocked ? "Blocked" : "Block"}</h3>
      <p className="xs t2">{blocked ? "Messages are refused, and their sender is told so." : "No message is taken any more; the sender is told so plainly."}</p>
      <Labelled label="Reason, for the audit" name="reason" maxLength={500} />
      <Why error={block.error} />
      <div>
        <button className={`btn btn-sm ${blocked ? "" : "btn-bad"}`} disabled={block.isPending}>
          {blocked ? "Take messages again" : "Block this customer"}
        </button>
      </div>
    </form>
  );
}

/** Makes another customer one with this one, and parts them again. */
export function Merging({ customer }: { customer: CustomerView }) {
  const merge = useMerge(customer.customer_id);
  const part = usePart(customer.customer_id);
  const [question, ask] = useState("");
  const words = useDeferredValue(question).trim();
  const found = useSearch(words);
  const others = words ? (found.data ?? []).filter((one) => one.customer_id !== customer.customer_id).slice(0, 5) : [];
  return (
    <section className="card stack gap-2" aria-label="Merge">
      <h3>The same person twice</h3>
      {customer.merged.map((one) => (
        <div key={one.merge_id} className="row xs">
          <span className="grow">
            {one.name ?? "A customer"} belongs here since {day(one.merged_at)}
          </span>
          {Date.parse(one.undo_until) > Date.now() && (
            <button type="button" className="btn btn-sm" disabled={part.isPending} onClick={() => part.mutate(one.merge_id)}>
              Part them
            </button>
          )}
        </div>
      ))}
      <Labelled label="Find the other one" type="search" value={question} onChange={(e) => ask(e.target.value)} hint="Conversations and addresses come here. It can be taken back for seven days." />
      {words && found.isSuccess && others.length === 0 && <p className="xs t3">Nobody else is known by these words.</p>}
      {others.map((one) => (
        <Other key={one.customer_id} other={one} busy={merge.isPending} take={() => merge.mutate(one.customer_id, { onSuccess: () => ask("") })} />
      ))}
      <Why error={merge.error ?? part.error} />
    </section>
  );
}

function Other({ other, busy, take }: { other: Found; busy: boolean; take(): void }) {
  return (
    <div className="row xs">
      <span className="grow clip">
        {other.name ?? "A customer"} <bdi className="t3">{other.email ?? other.external_id ?? other.customer_id}</bdi>
      </span>
      <button type="button" className="btn btn-sm" disabled={busy} onClick={take}>
        Merge {other.name ?? "this one"}
      </button>
    </div>
  );
}
