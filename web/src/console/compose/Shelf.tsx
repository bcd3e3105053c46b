import { useState } from "react";
import { Icon } from "../../shared/icons";
import type { CannedReply } from "../api/workspace";
import { useCanned, useKeepCanned } from "../hooks/useWorkspace";

const NAME = /^[a-z0-9][a-z0-9-]{0,39}$/;

interface Props {
  draft: string;
  use(text: string): void;
  close(): void;
}

/** All canned replies: use one, change it, take it away, or keep what is written as another. */
export function Shelf({ draft, use, close }: Props) {
  const canned = useCanned();
  const keep = useKeepCanned();
  const [name, setName] = useState("");
  const fits = NAME.test(name);
  return (
    <section className="shelf" aria-label="Canned replies">
      <div className="row">
        <h3>Canned replies</h3>
        <button type="button" className="btn btn-quiet btn-sq push" onClick={close} aria-label="Close the canned replies">
          <Icon name="x" />
        </button>
      </div>
      {canned.data?.length === 0 && <p className="xs t3">None yet. Write a reply, give it a name, and a semicolon with the name brings it back.</p>}
      <ul>
        {canned.data?.map((reply) => (
          <Kept key={reply.name} reply={reply} use={() => use(reply.text)} drop={() => keep.mutate({ name: reply.name, text: null })} />
        ))}
      </ul>
      <div className="row wrap xs">
        <label className="field">
          <span className="t3">;</span>
          <span className="vh">Name of the canned reply</span>
          <input value={name} placeholder="refund-when" onChange={(e) => setName(e.target.value)} />
        </label>
        <button type="button" className="btn btn-sm" disabled={!fits || !draft.trim() || keep.isPending} onClick={() => keep.mutate({ name, text: draft.trim() }, { onSuccess: () => setName("") })}>
          Keep what is written
        </button>
        <span className="t3">{name && !fits ? "Small letters, digits and hyphens." : "{customer.first_name}, {agent.first_name} and {order} are filled in."}</span>
      </div>
      {keep.error && (
        <p className="xs bad" role="alert">
          {keep.error.message}
        </p>
      )}
    </section>
  );
}

function Kept({ reply, use, drop }: { reply: CannedReply; use(): void; drop(): void }) {
  return (
    <li className="row xs">
      <button type="button" className="canned" onClick={use}>
        ;{reply.name}
      </button>
      <span className="clip t2 grow" title={reply.text}>
        {reply.text}
      </span>
      <span className="t3">{reply.updated_by}</span>
      <button type="button" className="btn btn-quiet btn-sm" onClick={drop} aria-label={`Take ${reply.name} away`}>
        Remove
      </button>
    </li>
  );
}
