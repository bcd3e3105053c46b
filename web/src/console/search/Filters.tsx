import { useState, type ReactNode } from "react";
import type { Query, SavedView } from "../api/workspace";
import type { Filter } from "../hooks/useRows";
import { useColleagues, useKeepView, useKnownTags, useViews } from "../hooks/useWorkspace";
import { isAsked, NOTHING, readQuery, written } from "./query";

const STATUSES: [string, string][] = [
  ["active", "with the assistant"],
  ["escalating", "waits for a person"],
  ["assigned", "assigned"],
  ["human_handling", "with a person"],
  ["waiting", "waits for the customer"],
  ["resolved", "resolved"],
  ["archived", "archived"],
];
const CHANNELS = ["web", "email", "whatsapp", "telegram", "voice", "api", "rest"];

interface Props {
  query: Query;
  search(query: Query): void;
  filter: Filter;
  choose(filter: Filter): void;
  counts: Partial<Record<Filter, number>>;
  close(): void;
}

/** What is looked for beside the words, the lists that have no tab, and the searches that were kept. */
export function Filters({ query, search, filter, choose, counts, close }: Props) {
  const tags = useKnownTags(true).data ?? [];
  const people = useColleagues().data ?? [];
  const set = (part: Partial<Query>): void => search({ ...query, ...part });
  return (
    <form className="filters" aria-label="Filters" onSubmit={(e) => e.preventDefault()}>
      <div className="row wrap">
        {(["snoozed", "mentions"] as const).map((list) => (
          <button type="button" className="btn btn-sm" key={list} aria-pressed={filter === list} onClick={() => choose(list)}>
            {list === "snoozed" ? "Snoozed" : "Mentions you"} <span className="num t3">{counts[list] ?? ""}</span>
          </button>
        ))}
      </div>
      <dl className="facts">
        <Choice name="Status" value={query.status} set={(status) => set({ status })} options={STATUSES} />
        <Choice name="Tag" value={query.tag} set={(tag) => set({ tag })} options={tags.map((t) => [t.tag, `${t.tag} (${t.count})`])} />
        <Choice name="Agent" value={query.agent} set={(agent) => set({ agent })} options={[["me", "me"], ...people.map((p): [string, string] => [p.agent_id, p.name])]} />
        <Choice name="Channel" value={query.channel} set={(channel) => set({ channel })} options={CHANNELS.map((c) => [c, c])} />
        <Day name="From" value={query.since} set={(since) => set({ since })} />
        <Day name="Until" value={query.until} set={(until) => set({ until })} />
      </dl>
      <Views query={query} search={search} />
      <div className="row">
        <button type="button" className="btn btn-sm btn-quiet" disabled={!isAsked(query)} onClick={() => search(NOTHING)}>
          Clear the search
        </button>
        <button type="button" className="btn btn-sm push" onClick={close}>
          Close
        </button>
      </div>
    </form>
  );
}

function Line({ name, children }: { name: string; children: (id: string) => ReactNode }) {
  const id = `filter-${name.toLowerCase()}`;
  return (
    <>
      <dt>
        <label htmlFor={id}>{name}</label>
      </dt>
      <dd>{children(id)}</dd>
    </>
  );
}

interface ChoiceProps {
  name: string;
  value: string;
  set(value: string): void;
  options: [string, string][];
}

function Choice({ name, value, set, options }: ChoiceProps) {
  return (
    <Line name={name}>
      {(id) => (
        <select id={id} className="field" value={value} onChange={(e) => set(e.target.value)}>
          <option value="">any</option>
          {options.map(([key, words]) => (
            <option value={key} key={key}>
              {words}
            </option>
          ))}
        </select>
      )}
    </Line>
  );
}

function Day({ name, value, set }: { name: string; value: string; set(value: string): void }) {
  return (
    <Line name={name}>
      {(id) => (
        <span className="field">
          <input id={id} type="date" value={value} onChange={(e) => set(e.target.value)} />
        </span>
      )}
    </Line>
  );
}

/** Searches kept by name, one's own and those that colleagues share. */
function Views({ query, search }: Pick<Props, "query" | "search">) {
  const views = useViews().data ?? [];
  const keep = useKeepView();
  const [name, setName] = useState("");
  const [shared, setShared] = useState(false);
  const save = (): void => keep.mutate({ name: name.trim(), query, shared }, { onSuccess: () => setName("") });
  return (
    <section aria-label="Saved views" className="stack gap-1">
      {views.map((view) => (
        <ViewRow key={view.view_id} view={view} open={() => search(readQuery(written(view.query)))} forget={() => keep.mutate({ forget: view.view_id })} />
      ))}
      {isAsked(query) && (
        <div className="row wrap">
          <label className="field grow">
            <span className="vh">Name of the view</span>
            <input value={name} placeholder="Keep this search as" maxLength={60} onChange={(e) => setName(e.target.value)} />
          </label>
          <label className="row row-1 xs">
            <input type="checkbox" checked={shared} onChange={(e) => setShared(e.target.checked)} /> for all
          </label>
          <button type="button" className="btn btn-sm" disabled={!name.trim() || keep.isPending} onClick={save}>
            Keep
          </button>
        </div>
      )}
      {keep.error && (
        <p className="xs bad" role="alert">
          {keep.error.message}
        </p>
      )}
    </section>
  );
}

function ViewRow({ view, open, forget }: { view: SavedView; open(): void; forget(): void }) {
  return (
    <div className="row xs">
      <button type="button" className="as-link clip" onClick={open}>
        {view.name}
      </button>
      <span className="t3">{view.shared ? (view.mine ? "shared" : "of a colleague") : ""}</span>
      {view.mine && (
        <button type="button" className="btn btn-quiet btn-sm push" onClick={forget} aria-label={`Forget ${view.name}`}>
          Forget
        </button>
      )}
    </div>
  );
}
