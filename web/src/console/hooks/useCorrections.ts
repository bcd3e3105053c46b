import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { get, send } from "../api/client";
import type { Page } from "../api/types";
import { keys } from "./keys";

export type CorrectionKind = "intent" | "answer" | "queue";

/** What somebody said was wrong with a turn. */
export interface Correction {
  correction_id: string;
  seq: number;
  kind: CorrectionKind;
  status: string;
  was: string | null;
  should_be: string | null;
  author: string | null;
}

export interface Said {
  seq: number;
  kind: CorrectionKind;
  should_be: string | null;
  answer: string;
  note: string;
}

export function useCorrections(id: string) {
  return useQuery({ queryKey: keys.corrections(id), queryFn: ({ signal }) => get<Page<Correction>>(`/conversations/${id}/corrections`, signal), select: (page) => page.items, staleTime: 60_000 });
}

/** Says what was wrong; it becomes an example to learn from once a colleague has reviewed it. */
export function useCorrect(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ seq, ...said }: Said) => send<Correction>("POST", `/conversations/${id}/turns/${seq}/corrections`, said),
    onSettled: () => client.invalidateQueries({ queryKey: keys.corrections(id) }),
  });
}
