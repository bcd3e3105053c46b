import { useQuery } from "@tanstack/react-query";
import { get } from "../api/client";
import type { Why } from "../api/types";
import { keys } from "./keys";

/** How a turn came to its reply; a committed turn never changes, so it is asked for once. */
export function useWhy(id: string, seq: number | null) {
  return useQuery({
    queryKey: keys.why(id, seq ?? 0),
    queryFn: ({ signal }) => get<Why>(`/conversations/${id}/turns/${seq}/why`, signal),
    staleTime: Infinity,
    enabled: seq !== null,
    retry: 1,
  });
}
