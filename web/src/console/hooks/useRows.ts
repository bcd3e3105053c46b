import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { get } from "../api/client";
import type { Page, Row } from "../api/types";
import { keys } from "./keys";

export type Filter = "waiting" | "mine" | "approvals" | "all" | "snoozed" | "mentions";

/** How many conversations one answer brings. */
const PAGE_ROWS = 100;

/** A list of conversations as far as it was scrolled; old rows stay on the screen while new ones come. */
export function useRows(filter: Filter, enabled = true) {
  const status = filter === "all" ? "" : `status=${filter}&`;
  const list = useInfiniteQuery({
    queryKey: keys.rowsOf(filter),
    queryFn: ({ pageParam, signal }) => get<Page<Row>>(`/conversations?${status}limit=${PAGE_ROWS}${pageParam && `&cursor=${encodeURIComponent(pageParam)}`}`, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    enabled,
  });
  const pages = list.data?.pages;
  return {
    data: pages && eachOnce(pages.flatMap((page) => page.items)),
    total: pages?.[0]?.total ?? pages?.[0]?.items.length ?? 0,
    isPending: list.isPending,
    error: list.error,
    dataUpdatedAt: list.dataUpdatedAt,
    again: () => void list.refetch(),
    more: list.hasNextPage && !list.isFetching ? () => void list.fetchNextPage() : undefined,
  };
}

/** A conversation that moved between two pages stands where it came first. */
export function eachOnce(rows: readonly Row[]): Row[] {
  return [...new Map(rows.map((row) => [row.conversation_id, row]).reverse() as [string, Row][]).values()].reverse();
}
