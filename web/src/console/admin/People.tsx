import { Icon } from "../../shared/icons";
import type { Me } from "../api/types";
import { Fault } from "../room/Fault";
import { roomAt } from "../rooms";
import { NewPersonForm, PersonForm } from "./PersonForm";
import type { Group, Person } from "./types";
import { useGroups, usePeople } from "./useAdmin";

const NEW = "new";

/** Everybody, and beside the list the one who is open. */
export function People({ me, open }: { me: Me; open: string | undefined }) {
  const people = usePeople();
  const groups = useGroups();
  const chosen = people.data?.find((person) => person.agent_id === open);
  return (
    <div className={open ? "desk-2" : "desk-1"}>
      <section className="card" aria-label="People">
        <header className="row">
          <h2>People</h2>
          <span className="xs t3 num">{people.data ? `${people.data.filter((p) => p.active).length} at work` : ""}</span>
          <a className="btn btn-sm push" href={roomAt("admin", "people", NEW)}>
            Add a person
          </a>
        </header>
        {people.error && <Fault what="The people did not load." error={people.error} again={() => void people.refetch()} />}
        {people.data && <Table people={people.data} groups={groups.data ?? []} open={open} />}
      </section>
      {open === NEW && <NewPersonForm groups={groups.data ?? []} />}
      {chosen && <PersonForm key={chosen.agent_id} person={chosen} groups={groups.data ?? []} own={chosen.agent_id === me.agent_id} />}
    </div>
  );
}

function Table({ people, groups, open }: { people: Person[]; groups: Group[]; open: string | undefined }) {
  const named = new Map(groups.map((group) => [group.group_id, group.name]));
  return (
    <div className="over">
      <table>
        <thead>
          <tr>
            {["Name", "Role", "Skills", "Languages", "Groups"].map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
            <th scope="col" className="r">
              On the desk
            </th>
          </tr>
        </thead>
        <tbody>
          {people.map((person) => (
            <tr key={person.agent_id} className={`${person.active ? "" : "gone"} ${person.agent_id === open ? "is-open" : ""}`}>
              <td>
                <a href={roomAt("admin", "people", person.agent_id)}>{person.name}</a>
                <div className="t3 xxs">
                  <bdi>{person.email}</bdi>
                </div>
              </td>
              <td>
                {person.role}
                <State person={person} />
              </td>
              <td>{person.skills.join(", ") || "–"}</td>
              <td>{person.languages.join(", ")}</td>
              <td>{person.groups.map((id) => named.get(id) ?? id).join(", ") || "–"}</td>
              <td className="r num">
                {person.load} of {person.max_load}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What keeps a person from signing in, in words. */
function State({ person }: { person: Person }) {
  if (!person.active) return <div className="xxs">deactivated</div>;
  if (person.has_password) return null;
  return (
    <div className="xxs warn">
      <Icon name="clock" size="sm" /> has not chosen a password
    </div>
  );
}
