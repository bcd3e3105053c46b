import type { FormEvent } from "react";
import type { Role } from "../api/types";
import { go } from "../hooks/useRoute";
import { Why } from "../room/Fault";
import { changed, textOf, words } from "../room/form";
import { Choice, Labelled } from "../room/Labelled";
import { roomAt } from "../rooms";
import { ShownOnce } from "./ShownOnce";
import type { Group, Person, PersonFields } from "./types";
import { useAddPerson, useChangePerson, useResetPerson } from "./useAdmin";

const ROLES: readonly (readonly [Role, string])[] = [
  ["agent", "Agent"],
  ["supervisor", "Supervisor"],
  ["designer", "Designer"],
  ["evaluator", "Evaluator"],
  ["admin", "Administrator"],
];

function read(event: FormEvent<HTMLFormElement>): PersonFields {
  event.preventDefault();
  const form = new FormData(event.currentTarget);
  const role = ROLES.find(([name]) => name === form.get("role"))?.[0] ?? "agent";
  return {
    name: textOf(form, "name"),
    email: textOf(form, "email"),
    role,
    skills: words(form.get("skills")),
    languages: words(form.get("languages")),
    groups: form.getAll("groups").map(String),
    max_load: Number(form.get("max_load")),
  };
}

/** Adds a person; the address for choosing a password is shown once. */
export function NewPersonForm({ groups }: { groups: Group[] }) {
  const add = useAddPerson();
  if (add.data)
    return (
      <aside className="card" aria-label="New person">
        <h2>{add.data.person.name} was added</h2>
        <ShownOnce what={`Give ${add.data.person.name} this address. It lets them choose a password.`} secret={location.origin + add.data.welcome.path} until={add.data.welcome.expires_at} />
        <a className="btn" href={roomAt("admin")}>
          Close
        </a>
      </aside>
    );
  return (
    <aside className="card" aria-label="New person">
      <h2>New person</h2>
      <form className="stack gap-3" onSubmit={(event) => add.mutate(read(event))}>
        <Fields groups={groups} />
        <Why error={add.error} />
        <div className="row">
          <button className="btn btn-main" disabled={add.isPending}>
            {add.isPending ? "Adding…" : "Add the person"}
          </button>
          <a className="btn btn-quiet" href={roomAt("admin")}>
            Cancel
          </a>
        </div>
      </form>
    </aside>
  );
}

/** One person: changed, given another password, sent away and brought back. */
export function PersonForm({ person, groups, own }: { person: Person; groups: Group[]; own: boolean }) {
  const change = useChangePerson(person.agent_id);
  const reset = useResetPerson(person.agent_id);
  const save = (event: FormEvent<HTMLFormElement>): void => {
    const different = changed<PersonFields>(person, read(event));
    if (Object.keys(different).length) change.mutate(different);
    else go(roomAt("admin"));
  };
  return (
    <aside className="card" aria-label={person.name}>
      <h2>{person.name}</h2>
      <form className="stack gap-3" onSubmit={save}>
        <Fields person={person} groups={groups} />
        <Why error={change.error} />
        <div className="row wrap">
          <button className="btn btn-main" disabled={change.isPending}>
            {change.isPending ? "Saving…" : "Save"}
          </button>
          <a className="btn btn-quiet" href={roomAt("admin")}>
            Close
          </a>
          {change.isSuccess && !change.isPending && <span className="xs ok" role="status">Saved</span>}
        </div>
      </form>
      {reset.data ? (
        <ShownOnce what={`The old password and every login of ${person.name} have ended. This address lets them choose another.`} secret={location.origin + reset.data.path} until={reset.data.expires_at} />
      ) : (
        <div className="row wrap">
          <button type="button" className="btn btn-sm" disabled={reset.isPending || !person.active} onClick={() => reset.mutate(undefined)}>
            Reset the password
          </button>
          <button type="button" className={`btn btn-sm ${person.active ? "btn-bad" : ""}`} disabled={change.isPending} onClick={() => change.mutate({ active: !person.active })}>
            {person.active ? "Deactivate" : "Bring back"}
          </button>
        </div>
      )}
      <Why error={reset.error} />
      <p className="xxs t3">
        {person.active ? "Deactivated people are signed out at once and can be brought back." : "This person cannot sign in."}
        {own && " This is you."}
      </p>
    </aside>
  );
}

function Fields({ person, groups }: { person?: Person; groups: Group[] }) {
  return (
    <>
      <Labelled label="Name" name="name" required maxLength={120} defaultValue={person?.name} autoFocus={!person} />
      <Labelled label="Email" name="email" type="email" required defaultValue={person?.email} />
      <Choice label="Role" name="role" of={ROLES} chosen={person?.role ?? "agent"} />
      <Labelled label="Skills" name="skills" defaultValue={person?.skills.join(", ")} hint="With commas between, as the rule book's routing names them." />
      <Labelled label="Languages" name="languages" required defaultValue={person?.languages.join(", ") ?? "en"} />
      <Labelled label="Conversations at once" name="max_load" type="number" min={0} max={100} required defaultValue={person?.max_load ?? 5} />
      {groups.length > 0 && (
        <fieldset>
          <legend className="label">Groups</legend>
          {groups.map((group) => (
            <label key={group.group_id} className="row xs">
              <input type="checkbox" name="groups" value={group.group_id} defaultChecked={person?.groups.includes(group.group_id)} />
              {group.name}
            </label>
          ))}
        </fieldset>
      )}
    </>
  );
}
