import type { FormEvent } from "react";
import { day } from "../../shared/words";
import { Fault, Why } from "../room/Fault";
import { textOf } from "../room/form";
import { Labelled } from "../room/Labelled";
import { ShownOnce } from "./ShownOnce";
import type { Key } from "./types";
import { useAddKey, useKeysOfPrograms, useRevokeKey } from "./useAdmin";

/** What programs may do: keys made, shown once, revoked. */
export function Keys() {
  const keys = useKeysOfPrograms();
  return (
    <div className="desk-2">
      <section className="card" aria-label="Keys">
        <h2>Keys of programs</h2>
        {keys.error && <Fault what="The keys did not load." error={keys.error} again={() => void keys.refetch()} />}
        {keys.data && <Table keys={keys.data.items} />}
      </section>
      <NewKey scopes={keys.data?.scopes ?? []} />
    </div>
  );
}

function Table({ keys }: { keys: Key[] }) {
  const revoke = useRevokeKey();
  if (!keys.length) return <p className="t3 xs">No program has a key yet.</p>;
  return (
    <div className="over">
      <Why error={revoke.error} />
      <table>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">May</th>
            <th scope="col">Made</th>
            <th scope="col">
              <span className="vh">Revoke</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <tr key={key.key_id} className={key.revoked_at ? "gone" : ""}>
              <td>
                {key.name}
                <div className="t3 xxs mono">{key.key_id}</div>
              </td>
              <td>{key.scopes.join(", ")}</td>
              <td>{day(key.created_at)}</td>
              <td className="r">
                {key.revoked_at ? (
                  `revoked ${day(key.revoked_at)}`
                ) : (
                  <button type="button" className="btn btn-sm btn-bad" disabled={revoke.isPending} onClick={() => revoke.mutate(key.key_id)}>
                    Revoke {key.name}
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function NewKey({ scopes }: { scopes: string[] }) {
  const add = useAddKey();
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    add.mutate({ name: textOf(form, "name"), scopes: form.getAll("scopes").map(String) });
  };
  return (
    <aside className="card" aria-label="New key">
      <h2>New key</h2>
      {add.data ? (
        <>
          <ShownOnce what={`The key of ${add.data.name}. Send it as X-API-Key.`} secret={add.data.key} />
          <button type="button" className="btn" onClick={() => add.reset()}>
            Make another
          </button>
        </>
      ) : (
        <form className="stack gap-3" onSubmit={submit}>
          <Labelled label="Which program" name="name" required maxLength={120} />
          <fieldset>
            <legend className="label">May</legend>
            {scopes.map((scope) => (
              <label key={scope} className="row xs">
                <input type="checkbox" name="scopes" value={scope} />
                <span className="mono">{scope}</span>
              </label>
            ))}
          </fieldset>
          <Why error={add.error} />
          <button className="btn btn-main" disabled={add.isPending}>
            {add.isPending ? "Making…" : "Make the key"}
          </button>
        </form>
      )}
    </aside>
  );
}
