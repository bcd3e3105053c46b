import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { get } from "../api/client";
import type { Page, Row } from "../api/types";
import { keys } from "./keys";

export type Filter = "waiting" | "mine" | "approvals" | "all";

/** How many conversations a list shows. */
export const MOST_ROWS = 100;

/** One list of conversations; old rows stay on the screen while new ones come. */
export function useRows(filter: Filter, enabled = true) {
  const status = filter === "all" ? "" : `status=${filter}&`;
  return useQuery({
    queryKey: keys.rowsOf(filter),
    queryFn: ({ signal }) => get<Page<Row>>(`/conversations?${status}limit=${MOST_ROWS}`, signal),
    select: (page) => page.items,
    placeholderData: keepPreviousData,
    enabled,
  });
}
