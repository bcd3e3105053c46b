import type { Me, Row } from "../api/types";
import type { Query } from "../api/workspace";
import { useRows, type Filter } from "../hooks/useRows";
import { useDeskOffers, useOffered } from "../hooks/usePassing";
import { useTasks } from "../hooks/useTasks";
import type { ListState } from "../list/ConversationList";
import type { Offered } from "../list/OfferRows";
import { foundGroup, queueGroups, type Group } from "../list/rows";
import { isAsked } from "../search/query";
import { useFound } from "../search/useFound";

const TITLES: Record<Exclude<Filter, "waiting">, string> = {
  mine: "Yours",
  approvals: "Waiting for a decision",
  all: "Newest first",
  snoozed: "Snoozed",
  mentions: "Where you are named",
};

const NONE: readonly Row[] = [];

/** The lists behind the tabs, and what a search found; the counted ones are always fresh. */
export function useLists(filter: Filter, query: Query, me: Me) {
  const lists = {
    waiting: useRows("waiting"),
    mine: useRows("mine"),
    approvals: useRows("approvals"),
    all: useRows("all", filter === "all"),
    snoozed: useRows("snoozed", filter === "snoozed"),
    mentions: useRows("mentions"),
  };
  const offers: Offered = { transfers: useOffered(me).data ?? [], desk: useDeskOffers(me).data ?? [] };
  const tasks = useTasks(null).data ?? [];
  const found = useFound(query);
  const shown = lists[filter];
  const searching = isAsked(query);
  const state: ListState = searching
    ? { loading: found.loading, error: found.error, loadedAt: found.loadedAt, again: found.again, more: found.more }
    : { loading: shown.isPending, error: shown.error, loadedAt: shown.dataUpdatedAt, again: shown.again, more: shown.more };
  return {
    groups: searching ? foundGroup(found.rows, !found.more) : grouped(filter, lists, me, offers),
    waiting: lists.waiting.data ?? [],
    mine: lists.mine.data ?? NONE,
    tasks,
    offers,
    counts: {
      waiting: lists.waiting.total,
      mine: lists.mine.total,
      approvals: lists.approvals.total + tasks.length,
      ...(lists.mentions.total ? { mentions: lists.mentions.total } : {}),
    },
    state,
  };
}

function grouped(filter: Filter, lists: Record<Filter, ReturnType<typeof useRows>>, me: Me, offers: Offered): Group[] {
  if (filter === "waiting") return queueGroups(lists.mine.data ?? [], lists.waiting.data ?? [], `${me.load} of ${me.max_load}`, offers.desk);
  const { data, total } = lists[filter];
  return data?.length ? [{ title: TITLES[filter], aside: `${total}`, rows: data }] : [];
}
