import { useQuery } from "@tanstack/react-query";
import { get } from "../api/client";
import type { Order, Page } from "../api/types";
import { keys } from "./keys";

export function useOrders(customerId: string | null) {
  return useQuery({
    queryKey: keys.orders(customerId ?? ""),
    queryFn: ({ signal }) => get<Page<Order>>(`/customers/${encodeURIComponent(customerId ?? "")}/orders`, signal),
    select: (page) => page.items,
    staleTime: 30_000,
    enabled: customerId !== null,
  });
}
