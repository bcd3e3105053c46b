import { useRef, type RefObject } from "react";
import { Icon } from "../../shared/icons";
import { clock } from "../../shared/words";
import type { Query, Task } from "../api/workspace";
import type { Filter } from "../hooks/useRows";
import { SearchBar } from "../search/SearchBar";
import { TaskRows } from "../task/TaskRows";
import { Empty } from "./Empty";
import { OfferRows, type Offered } from "./OfferRows";
import { RowItem } from "./RowItem";
import { RowList } from "./RowList";
import type { Group } from "./rows";

const TABS: [Filter, string][] = [
  ["waiting", "Queue"],
  ["mine", "Mine"],
  ["approvals", "Approvals"],
  ["all", "All"],
];

export interface ListState {
  loading: boolean;
  error: Error | null;
  loadedAt: number;
  again(): void;
  more?: (() => void) | undefined;
}

export interface ListProps {
  filter: Filter;
  choose(filter: Filter): void;
  counts: Partial<Record<Filter, number>>;
  groups: readonly Group[];
  /** What waits for one's own answer, shown with the queue. */
  offers: Offered;
  /** What only a person can settle, shown with the approvals. */
  tasks: readonly Task[];
  current: string | null;
  state: ListState;
  offline: boolean;
  query: Query;
  searching: boolean;
  search(query: Query): void;
  searchBox: RefObject<HTMLInputElement | null>;
  help(): void;
}

/** Who waits and why; then one's own, the approvals, and everybody; or what a search found. */
export function ConversationList(props: ListProps) {
  const { filter, choose, counts, groups, offers, tasks, state, query, search, searchBox, searching, help } = props;
  const box = useRef<HTMLDivElement>(null);
  const empty = !groups.length && !offers.transfers.length && !offers.desk.length && !tasks.length;
  return (
    <aside className="list" aria-label="Conversations">
      <div className="bar">
        <div className="seg grow" role="group" aria-label="Which conversations">
          {TABS.map(([key, name]) => (
            <button type="button" key={key} aria-pressed={!searching && filter === key} onClick={() => choose(key)}>
              {name} {counts[key] !== undefined && <span className="num">{counts[key]}</span>}
            </button>
          ))}
        </div>
      </div>
      <SearchBar query={query} search={search} box={searchBox} filter={filter} choose={choose} counts={counts} />
      {state.error && <Failed at={state.loadedAt} again={state.again} />}
      <div className="items" ref={box} aria-busy={state.loading}>
        <OfferRows {...offers} current={props.current} />
        {state.loading ? <Skeleton /> : empty ? <Empty {...{ filter, choose, counts, searching }} /> : <Groups {...props} box={box} />}
        {tasks.length > 0 && <TaskRows tasks={tasks} />}
      </div>
      <div className="hints xxs t3 row">
        <span>
          <kbd>j</kbd> <kbd>k</kbd> move
        </span>
        <span>
          <kbd>c</kbd> claim next
        </span>
        <span>
          <kbd>Ctrl K</kbd> all
        </span>
        <button type="button" className="btn btn-quiet btn-sm push" onClick={help}>
          <kbd>?</kbd> help
        </button>
      </div>
    </aside>
  );
}

function Groups({ groups, current, offline, state, box }: ListProps & { box: RefObject<HTMLDivElement | null> }) {
  return groups.map((group, i) => (
    <section key={group.title} aria-label={group.title}>
      <div className="group">
        <h3>{group.title}</h3>
        <span className="xxs t3 num">{group.aside}</span>
      </div>
      <RowList rows={group.rows} current={current} box={box} more={i === groups.length - 1 ? state.more : undefined}>
        {(row) => <RowItem row={row} current={row.conversation_id === current} offline={offline} line={group.lines?.get(row.conversation_id) ?? null} />}
      </RowList>
    </section>
  ));
}

function Skeleton() {
  return [45, 58, 38, 52, 41].map((width) => (
    <div className="sk" key={width} aria-hidden>
      <i className="skeleton" />
      <span className="stack gap-2">
        <i className="skeleton" style={{ width: `${width}%` }} />
        <i className="skeleton" style={{ width: `${width + 26}%` }} />
      </span>
      <i className="skeleton" />
    </div>
  ));
}

function Failed({ at, again }: { at: number; again(): void }) {
  return (
    <div className="say say-b" role="alert">
      <Icon name="warn" size="sm" />
      <span className="grow">
        <b>The list did not load.</b> {at > 0 && `What you see is from ${clock(new Date(at).toISOString())}. Nothing is lost.`}
      </span>
      <button type="button" className="btn btn-sm" onClick={again}>
        Load again
      </button>
    </div>
  );
}
