import { useRef, useState, type FormEvent } from "react";
import { newId } from "../../shared/id";
import { talkAt } from "../hooks/route";
import { go } from "../hooks/useRoute";
import { Why } from "../room/Fault";
import { Choice } from "../room/Labelled";
import type { CustomerView } from "./types";
import { useWriteFirst } from "./useCustomers";

/** An agent writes first, where a message arrives; elsewhere it says why not. */
export function WriteFirst({ customer }: { customer: CustomerView }) {
  const write = useWriteFirst(customer.customer_id);
  const [text, setText] = useState("");
  const id = useRef(newId());
  const open = customer.addresses.filter((one) => one.cannot_write === null);
  const closed = [...new Set(customer.addresses.map((one) => one.cannot_write))].filter((why) => why !== null);
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const channel = String(new FormData(event.currentTarget).get("channel"));
    write.mutate({ channel, message_id: id.current, text }, { onSuccess: (begun) => go(talkAt(begun.conversation_id)) });
  };
  return (
    <section className="card" aria-label="Write first">
      <h3>Begin a conversation</h3>
      {open.length === 0 || customer.blocked_at ? (
        <p className="xs t2">{customer.blocked_at ? "The customer is blocked." : (closed[0] ?? "No address is known.")}</p>
      ) : (
        <form className="stack gap-2" onSubmit={submit}>
          <Choice label="On" name="channel" of={open.map((one) => [one.channel, `${one.channel} · ${one.address}`] as const)} />
          <label className="stack gap-1">
            <span className="label">First message</span>
            <textarea className="field" required value={text} onChange={(e) => setText(e.target.value)} />
          </label>
          <Why error={write.error} />
          <button className="btn btn-main" disabled={write.isPending || !text.trim()}>
            {write.isPending ? "Sending…" : "Send and take the conversation"}
          </button>
        </form>
      )}
    </section>
  );
}
