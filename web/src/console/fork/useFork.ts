import { useMutation, useQuery } from "@tanstack/react-query";
import { get, send } from "../api/client";
import type { Change, Fork } from "./types";

export interface Version {
  version: string;
  in_force_at: string;
}

function forkPath(id: string, seq: number, thread: string): string {
  return `/conversations/${id}/turns/${seq}/fork${thread === id ? "" : `?thread=${encodeURIComponent(thread)}`}`;
}

/** What happened, gone over again unchanged; it never becomes another. */
export function useAsItWas(id: string, seq: number, thread: string) {
  return useQuery({
    queryKey: ["fork", id, seq, thread],
    queryFn: () => send<Fork>("POST", forkPath(id, seq, thread), {}),
    staleTime: Infinity,
    retry: false,
  });
}

/** What would have happened. */
export function useFork(id: string, seq: number, thread: string) {
  return useMutation({ mutationFn: (change: Change) => send<Fork>("POST", forkPath(id, seq, thread), change) });
}

/** The versions of the book, the one in force first. */
export function useVersions() {
  return useQuery({ queryKey: ["book", "versions"], queryFn: ({ signal }) => get<{ versions: Version[] }>("/system/book", signal), select: (book) => book.versions });
}
