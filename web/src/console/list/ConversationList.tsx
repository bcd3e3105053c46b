import type { RefObject } from "react";
import { Icon } from "../../shared/icons";
import { clock } from "../../shared/words";
import type { Filter } from "../hooks/useRows";
import type { Group } from "./rows";
import { RowItem } from "./RowItem";

const TABS: [Filter, string][] = [
  ["waiting", "Queue"],
  ["mine", "Mine"],
  ["approvals", "Approvals"],
  ["all", "All"],
];

export interface ListProps {
  filter: Filter;
  choose(filter: Filter): void;
  counts: Partial<Record<Filter, number>>;
  groups: readonly Group[];
  current: string | null;
  state: { loading: boolean; error: Error | null; loadedAt: number; again(): void };
  offline: boolean;
  words: string;
  search(words: string): void;
  searchBox: RefObject<HTMLInputElement | null>;
  help(): void;
}

/** Who waits and why; then one's own, the approvals, and everybody. */
export function ConversationList(props: ListProps) {
  const { filter, choose, counts, groups, state, words, search, searchBox, help } = props;
  return (
    <aside className="list" aria-label="Conversations">
      <div className="bar">
        <div className="seg grow" role="group" aria-label="Which conversations">
          {TABS.map(([key, name]) => (
            <button type="button" key={key} aria-pressed={filter === key} onClick={() => choose(key)}>
              {name} {counts[key] !== undefined && <span className="num">{counts[key]}</span>}
            </button>
          ))}
        </div>
      </div>
      <div className="search">
        <label className="field">
          <Icon name="search" size="sm" />
          <span className="vh">Search in this list</span>
          <input ref={searchBox} placeholder="Name or words" value={words} onChange={(e) => search(e.target.value)} />
          <kbd>/</kbd>
        </label>
      </div>
      {state.error && <Failed at={state.loadedAt} again={state.again} />}
      <div className="items" aria-busy={state.loading}>
        {state.loading ? <Skeleton /> : groups.length ? <Groups {...props} /> : <Empty filter={filter} choose={choose} counts={counts} filtered={words !== ""} />}
      </div>
      <div className="hints xxs t3 row">
        <span>
          <kbd>j</kbd> <kbd>k</kbd> move
        </span>
        <span>
          <kbd>c</kbd> claim next
        </span>
        <button type="button" className="btn btn-quiet btn-sm push" onClick={help}>
          <kbd>?</kbd> help
        </button>
      </div>
    </aside>
  );
}

function Groups({ groups, current, offline }: Pick<ListProps, "groups" | "current" | "offline">) {
  return groups.map((group) => (
    <section key={group.title} aria-label={group.title}>
      <div className="group">
        <h3>{group.title}</h3>
        <span className="xxs t3 num">{group.aside}</span>
      </div>
      <ul>
        {group.rows.map((row) => (
          <li key={row.conversation_id}>
            <RowItem row={row} current={row.conversation_id === current} offline={offline} />
          </li>
        ))}
      </ul>
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

const EMPTY: Record<Filter, [string, string]> = {
  waiting: ["Nobody waits for a person", "A conversation that asks for a person, or that a rule hands over, appears here within 3 seconds."],
  mine: ["You have no conversation", "One that you take over stays here until you release it."],
  approvals: ["No approval waits", "An action that the book gives to a person appears here, and at its place in the conversation."],
  all: ["No conversation yet", "The first message of a customer, on any channel, appears here."],
};

function Empty({ filter, choose, counts, filtered }: Pick<ListProps, "filter" | "choose" | "counts"> & { filtered: boolean }) {
  const [title, text] = filtered ? ["Nothing found", "No name and no last words in this list contain that."] : EMPTY[filter];
  const approvals = counts.approvals ?? 0;
  return (
    <div className="mid">
      <Icon name="bell" />
      <b>{title}</b>
      <p className="xs t2">{text}</p>
      <div className="row">
        {filter === "waiting" && approvals > 0 && (
          <button type="button" className="btn btn-sm" onClick={() => choose("approvals")}>
            {approvals === 1 ? "1 approval waits" : `${approvals} approvals wait`}
          </button>
        )}
        {filter !== "all" && (
          <button type="button" className="btn btn-sm btn-quiet" onClick={() => choose("all")}>
            See all conversations
          </button>
        )}
      </div>
    </div>
  );
}
