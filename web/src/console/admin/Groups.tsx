import type { FormEvent } from "react";
import { Fault, Why } from "../room/Fault";
import { textOf } from "../room/form";
import type { Group, Person } from "./types";
import { useAddGroup, useChangeGroup, useDeleteGroup, useGroups, usePeople } from "./useAdmin";

/** Groups and who is in them; the rule book says what each takes. */
export function Groups() {
  const groups = useGroups();
  const people = usePeople();
  const add = useAddGroup();
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    add.mutate(textOf(new FormData(form), "name"), { onSuccess: () => form.reset() });
  };
  return (
    <div className="desk-1">
      <section className="card" aria-label="Groups">
        <h2>Groups</h2>
        <p className="xs t2">A group of the same name in the rule book (desk/*.yaml) says what it takes, when it works, and who answers when it does not.</p>
        {groups.error && <Fault what="The groups did not load." error={groups.error} again={() => void groups.refetch()} />}
        {groups.data?.length === 0 && <p className="t3 xs">There is no group yet: every conversation may go to everybody who has its skills.</p>}
        {groups.data?.map((group) => (
          <OneGroup key={group.group_id} group={group} people={people.data ?? []} />
        ))}
        <form className="row wrap" onSubmit={submit}>
          <label className="field">
            <span className="vh">Name of a new group</span>
            <input name="name" required maxLength={120} placeholder="refunds" />
          </label>
          <button className="btn btn-sm" disabled={add.isPending}>
            Add the group
          </button>
          <Why error={add.error} />
        </form>
      </section>
    </div>
  );
}

function OneGroup({ group, people }: { group: Group; people: Person[] }) {
  const change = useChangeGroup();
  const dissolve = useDeleteGroup();
  const toggle = (id: string): void => {
    const members = group.members.includes(id) ? group.members.filter((one) => one !== id) : [...group.members, id];
    change.mutate({ id: group.group_id, members });
  };
  return (
    <fieldset className="group-of" disabled={change.isPending || dissolve.isPending}>
      <legend className="row">
        <b>{group.name}</b>
        <button type="button" className="btn btn-quiet btn-sm" onClick={() => dissolve.mutate(group.group_id)}>
          Dissolve {group.name}
        </button>
      </legend>
      <div className="row wrap">
        {people
          .filter((person) => person.active)
          .map((person) => (
            <label key={person.agent_id} className="row row-1 xs">
              <input type="checkbox" checked={group.members.includes(person.agent_id)} onChange={() => toggle(person.agent_id)} />
              {person.name}
            </label>
          ))}
      </div>
      <Why error={change.error ?? dissolve.error} />
    </fieldset>
  );
}
