import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { get } from "../api/client";
import type { Page } from "../api/types";
import type { FoundRow, Query } from "../api/workspace";
import { keys } from "../hooks/keys";
import { asked, isAsked } from "./query";

/** The conversations that fit a search, the newest first. */
export function useFound(query: Query) {
  const text = asked(query);
  const found = useInfiniteQuery({
    queryKey: keys.foundFor(text),
    queryFn: ({ pageParam, signal }) => get<Page<FoundRow>>(`/search?${text}${pageParam && `&cursor=${encodeURIComponent(pageParam)}`}`, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    enabled: isAsked(query),
  });
  return {
    rows: found.data?.pages.flatMap((page) => page.items) ?? [],
    loading: found.isPending,
    error: found.error,
    loadedAt: found.dataUpdatedAt,
    again: () => void found.refetch(),
    more: found.hasNextPage && !found.isFetching ? () => void found.fetchNextPage() : undefined,
  };
}
