import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { get, send } from "../api/client";
import type { CustomerFields, CustomerView, Found } from "./types";

const at = (id: string): string => `/customers/${encodeURIComponent(id)}`;
const keyOf = (id: string) => ["customers", "one", id] as const;

export function useSearch(question: string) {
  return useQuery<Found[]>({
    queryKey: ["customers", "search", question],
    queryFn: ({ signal }) => get<{ items: Found[] }>(`/customers?q=${encodeURIComponent(question)}`, signal).then((page) => page.items),
    placeholderData: keepPreviousData,
  });
}

export function useCustomer(id: string | undefined) {
  return useQuery({ queryKey: keyOf(id ?? ""), queryFn: ({ signal }) => get<CustomerView>(at(id ?? ""), signal), enabled: id !== undefined });
}

/** Asks for a change that answers with the customer as it is now. */
function useChange<Wish>(id: string, ask: (wish: Wish) => Promise<CustomerView>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ask,
    onSuccess: (now) => {
      client.setQueryData(keyOf(id), now);
      void client.invalidateQueries({ queryKey: ["customers", "search"] });
    },
  });
}

export function useCorrect(id: string) {
  return useChange(id, (change: Partial<CustomerFields> & { version: number }) => send<CustomerView>("PATCH", at(id), change));
}

export function useBlock(id: string) {
  return useChange(id, ({ blocked, reason }: { blocked: boolean; reason: string }) => send<CustomerView>("POST", `${at(id)}/${blocked ? "block" : "unblock"}`, { reason }));
}

export function useMerge(id: string) {
  return useChange(id, (other: string) => send<{ customer: CustomerView }>("POST", `${at(id)}/merge`, { other }).then((done) => done.customer));
}

export function usePart(id: string) {
  return useChange(id, (merge: string) => send<CustomerView>("POST", `/customers/merges/${encodeURIComponent(merge)}/undo`));
}

export function useWriteFirst(id: string) {
  return useMutation({
    mutationFn: (wish: { channel: string; message_id: string; text: string }) => send<{ conversation_id: string }>("POST", `${at(id)}/conversations`, wish),
  });
}

export function exportOf(id: string): string {
  return `/api/v1${at(id)}/export`;
}
