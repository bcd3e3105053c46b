import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { get, send } from "../api/client";
import { useSettled } from "../hooks/useSettled";
import { asChanges } from "./draft";
import type { Book, Diff, Draft, FileDifference, FileText, Published, Report, Standing, Version } from "./types";

const LOOK_EVERY_MS = 5_000;

export function useBook() {
  return useQuery({ queryKey: ["book", "files"], queryFn: ({ signal }) => get<Book>("/book", signal), refetchInterval: LOOK_EVERY_MS });
}

export function useFile(name: string | null, fingerprint: string | undefined) {
  return useQuery({
    queryKey: ["book", "file", name, fingerprint],
    queryFn: ({ signal }) => get<FileText>(`/book/file?name=${encodeURIComponent(name ?? "")}`, signal),
    enabled: name !== null && fingerprint !== undefined,
    staleTime: Infinity,
  });
}

/** Checks the draft a moment after the last key; the report before stays until the next is there. */
export function useCheck(draft: Draft, version: string | undefined) {
  const settled = useSettled(draft);
  const check = useQuery<Report>({
    queryKey: ["book", "check", version, settled],
    queryFn: () => send<Report>("POST", "/book/check", { changes: asChanges(settled) }),
    enabled: version !== undefined,
    placeholderData: (before) => before,
    staleTime: Infinity,
    retry: false,
  });
  return { report: check.data, error: check.error, old: settled !== draft || check.isFetching, again: check.refetch };
}

/** Who is in which step now. */
export function useStanding() {
  return useQuery({ queryKey: ["book", "flows"], queryFn: ({ signal }) => get<Standing>("/book/flows", signal), refetchInterval: LOOK_EVERY_MS });
}

export function usePublish() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ draft, note }: { draft: Draft; note: string }) => send<Published>("POST", "/book/publish", { changes: asChanges(draft), note }),
    onSettled: () => client.invalidateQueries({ queryKey: ["book"] }),
  });
}

export function useDiff() {
  const begin = useMutation({ mutationFn: ({ draft, days }: { draft: Draft; days: number | null }) => send<Diff>("POST", "/book/diffs", { changes: asChanges(draft), days }) });
  const id = begin.data?.diff_id;
  const found = useQuery({
    queryKey: ["book", "diff", id],
    queryFn: ({ signal }) => get<Diff>(`/book/diffs/${id}`, signal),
    enabled: id !== undefined,
    refetchInterval: (query) => (query.state.data?.state === "running" || !query.state.data ? 700 : false),
  });
  return { begin, diff: found.data, error: begin.error ?? found.error };
}

export function useVersions() {
  return useQuery({ queryKey: ["book", "versions"], queryFn: ({ signal }) => get<{ items: Version[] }>("/book/versions", signal).then((page) => page.items) });
}

export function useDifferences(version: string | null) {
  return useQuery({
    queryKey: ["book", "versions", version],
    queryFn: ({ signal }) => get<{ items: FileDifference[] }>(`/book/versions/${version}`, signal).then((page) => page.items),
    enabled: version !== null,
  });
}

export function useRestore() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ version, note }: { version: string; note: string }) => send<Published>("POST", `/book/versions/${version}/restore`, { note }),
    onSettled: () => client.invalidateQueries({ queryKey: ["book"] }),
  });
}
