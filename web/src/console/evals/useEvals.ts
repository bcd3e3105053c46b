import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { get, send } from "../api/client";
import type { Comparison, Correction, Doubtful, OpenedRun, RunLine } from "./types";

export function useRuns() {
  return useQuery({ queryKey: ["evals", "runs"], queryFn: ({ signal }) => get<{ items: RunLine[] }>("/evals/runs", signal).then((page) => page.items) });
}

export function useRun(id: string) {
  return useQuery({ queryKey: ["evals", "run", id], queryFn: ({ signal }) => get<OpenedRun>(`/evals/runs/${encodeURIComponent(id)}`, signal), staleTime: Infinity });
}

export function useComparison(old: string, now: string) {
  return useQuery({
    queryKey: ["evals", "compare", old, now],
    queryFn: ({ signal }) => get<Comparison>(`/evals/compare?old=${encodeURIComponent(old)}&new=${encodeURIComponent(now)}`, signal),
    staleTime: Infinity,
  });
}

export function useDoubtful() {
  return useQuery({ queryKey: ["evals", "doubtful"], queryFn: ({ signal }) => get<{ items: Doubtful[]; intents: string[]; labelled: number }>("/evals/doubtful", signal) });
}

export function useLabel() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ entry, intent }: { entry: string; intent: string | null }) => send<unknown>("PUT", `/evals/labels/${encodeURIComponent(entry)}`, { intent }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["evals", "doubtful"] }),
  });
}

export function useCorrections() {
  return useQuery({ queryKey: ["evals", "corrections"], queryFn: ({ signal }) => get<{ items: Correction[] }>("/corrections?status=open", signal).then((page) => page.items) });
}

export function useReview() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, status }: { id: string; status: "accepted" | "rejected" }) => send<unknown>("POST", `/corrections/${encodeURIComponent(id)}`, { status }),
    onSettled: () => client.invalidateQueries({ queryKey: ["evals", "corrections"] }),
  });
}
