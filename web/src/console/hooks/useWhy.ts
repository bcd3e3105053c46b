import { useQuery } from "@tanstack/react-query";
import { get } from "../api/client";
import type { PastTurn, Why } from "../api/types";
import { keys } from "./keys";

/** How a turn came to its reply; a committed turn never changes, so it is asked for once. */
export function useWhy(id: string, seq: number | null, thread = id) {
  const counted = thread === id ? "" : `?thread=${encodeURIComponent(thread)}`;
  return useQuery({
    queryKey: keys.why(id, seq ?? 0, thread),
    queryFn: ({ signal }) => get<Why>(`/conversations/${id}/turns/${seq}/why${counted}`, signal),
    staleTime: Infinity,
    enabled: seq !== null,
    retry: 1,
  });
}

/** Every turn of a conversation and of its actions; a live event of the conversation makes it stale. */
export function useTurns(id: string) {
  return useQuery({
    queryKey: keys.turns(id),
    queryFn: ({ signal }) => get<{ items: PastTurn[] }>(`/conversations/${id}/turns`, signal),
    select: (page) => page.items,
  });
}
