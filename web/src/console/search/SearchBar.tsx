import { useEffect, useState, type RefObject } from "react";
import { Icon } from "../../shared/icons";
import type { Query } from "../api/workspace";
import type { Filter } from "../hooks/useRows";
import { Filters } from "./Filters";
import { filters, NOTHING } from "./query";

const TYPING_MS = 200;

interface Props {
  query: Query;
  search(query: Query): void;
  box: RefObject<HTMLInputElement | null>;
  filter: Filter;
  choose(filter: Filter): void;
  counts: Partial<Record<Filter, number>>;
}

/** Where one looks for conversations: words at once, the rest behind the funnel. */
export function SearchBar({ query, search, box, filter, choose, counts }: Props) {
  const [words, setWords] = useTyped(query, search);
  const [open, setOpen] = useState(false);
  const set = filters(query);
  return (
    <>
      <div className="search row row-1">
        <label className="field grow">
          <Icon name="search" size="sm" />
          <span className="vh">Search conversations</span>
          <input
            ref={box}
            placeholder="Name, order, words"
            value={words}
            onChange={(e) => setWords(e.target.value)}
            onKeyDown={(e) => {
              if (e.key !== "Escape") return;
              e.currentTarget.blur();
              search(NOTHING);
            }}
          />
          <kbd>/</kbd>
        </label>
        <button type="button" className="btn btn-quiet btn-sq" aria-expanded={open} aria-label={set ? `Filters and saved views, ${set} set` : "Filters and saved views"} onClick={() => setOpen(!open)}>
          <Icon name="filter" className={set ? "ok" : ""} />
        </button>
      </div>
      {open && <Filters {...{ query, search, filter, choose, counts }} close={() => setOpen(false)} />}
    </>
  );
}

/** What is typed is looked for after a short rest, so that the engine is not asked letter by letter. */
function useTyped(query: Query, search: (query: Query) => void): [string, (words: string) => void] {
  const [typed, setTyped] = useState<string | null>(null);
  useEffect(() => {
    if (typed === null) return;
    const timer = setTimeout(() => {
      search({ ...query, q: typed });
      setTyped(null);
    }, TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, query, search]);
  return [typed ?? query.q, setTyped];
}
