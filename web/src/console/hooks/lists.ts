import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import type { Page, Row } from "../api/types";
import { keys } from "./keys";
import type { Listener } from "./live";

/** The lists that were loaded, and which conversations stand in them. */
export function listsIn(client: QueryClient): Listener["lists"] {
  return client.getQueriesData<InfiniteData<Page<Row>>>({ queryKey: keys.rows }).map(([key, data]) => ({
    filter: String(key[1]),
    holds: (id) => data?.pages.some((page) => page.items.some((row) => row.conversation_id === id)) ?? false,
  }));
}
