import { useDeferredValue, useState } from "react";
import { Icon } from "../../shared/icons";
import { shortDay } from "../../shared/words";
import { Fault } from "../room/Fault";
import "../room/room.css";
import { roomAt, type RoomProps } from "../rooms";
import { CustomerPage } from "./CustomerPage";
import "./customers.css";
import type { Found } from "./types";
import { useCustomer, useSearch } from "./useCustomers";

/** The customers' room: found by what one knows of them, then everything that hangs on them. */
export default function CustomersRoom({ me, path }: RoomProps) {
  const [id] = path;
  const [question, ask] = useState("");
  const found = useSearch(useDeferredValue(question).trim());
  const customer = useCustomer(id);
  return (
    <main className={`room customers ${id ? "has-one" : ""}`} aria-label="Customers">
      <section className="finding" aria-label="Find a customer">
        <header className="bar">
          <h1>Customers</h1>
        </header>
        <label className="field">
          <Icon name="search" size="sm" />
          <span className="vh">Name, email, phone number or id</span>
          <input type="search" value={question} onChange={(e) => ask(e.target.value)} placeholder="Name, email, phone, id" autoFocus={!id} />
        </label>
        <p className="xxs t3">Whole words: a first name, a whole email, a whole number.</p>
        {found.error && <Fault what="The customers did not load." error={found.error} again={() => void found.refetch()} />}
        <Results rows={found.data ?? []} open={id} asked={question.trim() !== ""} busy={found.isPending} />
      </section>
      <section className="one" aria-label="Customer">
        {customer.error && <Fault what="This customer did not load." error={customer.error} again={() => void customer.refetch()} />}
        {customer.data && <CustomerPage key={customer.data.customer_id} me={me} customer={customer.data} />}
        {!id && (
          <div className="mid">
            <Icon name="users" />
            <b>Open a customer</b>
            <p className="xs t2">Conversations on all channels, addresses, and what people wrote down stand here.</p>
          </div>
        )}
      </section>
    </main>
  );
}

function Results({ rows, open, asked, busy }: { rows: Found[]; open: string | undefined; asked: boolean; busy: boolean }) {
  if (!rows.length) return <p className="xs t3 none">{busy ? "" : asked ? "Nobody is known by these words." : "Nobody has written yet."}</p>;
  return (
    <ul className="items" aria-label={asked ? "Found" : "Newest customers"}>
      {rows.map((row) => (
        <li key={row.customer_id}>
          <a className="item" href={roomAt("customers", row.customer_id)} {...(row.customer_id === open ? { "aria-current": "page" as const } : {})}>
            <Icon name="user" />
            <span className="who clip">{row.name ?? "A customer"}</span>
            <span className="xxs t3 num">{shortDay(row.created_at)}</span>
            <span className="snip clip">
              <bdi>{row.email ?? row.phone ?? row.external_id ?? row.customer_id}</bdi>
              {row.blocked_at && " · blocked"}
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}
