import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { get, send } from "../api/client";
import { useSettled } from "../hooks/useSettled";
import type { ArticleLine, ArticlePage, Difference, Fields, Gap, Preview, Published, Release, Review } from "./types";

const at = (id: string, more = ""): string => `/knowledge/articles/${encodeURIComponent(id)}${more}`;

export function useArticles() {
  return useQuery({ queryKey: ["help", "articles"], queryFn: ({ signal }) => get<{ items: ArticleLine[]; drafts: number }>("/knowledge/articles", signal) });
}

export function useArticle(id: string | undefined) {
  return useQuery({ queryKey: ["help", "article", id], queryFn: ({ signal }) => get<ArticlePage>(at(id ?? ""), signal), enabled: id !== undefined, refetchOnWindowFocus: false });
}

/** The page as readers will see it, a moment after the last key; the one before stays until then. */
export function usePreview(fields: Fields) {
  const settled = useSettled(fields);
  return useQuery({
    queryKey: ["help", "preview", settled],
    queryFn: () => send<Preview>("POST", "/knowledge/preview", settled),
    enabled: settled.body.trim() !== "" && settled.title.trim().length > 2 && settled.owner.trim() !== "",
    placeholderData: (before) => before,
    staleTime: Infinity,
    retry: false,
  });
}

/** Does something to the help centre; every list is asked for again. */
function useDeed<In, Out>(deed: (given: In) => Promise<Out>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: deed, onSettled: () => client.invalidateQueries({ queryKey: ["help"] }) });
}

export function useKeep() {
  return useDeed(({ id, fields, revision }: { id: string; fields: Fields; revision: number | null }) => send<ArticlePage>("PUT", at(id, "/draft"), { fields, revision }));
}

export function useDrop() {
  return useDeed((id: string) => send<unknown>("DELETE", at(id, "/draft")));
}

export function useWithdraw() {
  return useDeed((id: string) => send<ArticlePage>("POST", at(id, "/withdrawal")));
}

export function useRollBack() {
  return useDeed(({ id, version }: { id: string; version: number }) => send<ArticlePage>("POST", at(id, "/rollback"), { version }));
}

export function usePublish() {
  return useDeed((given: { articles: string[] | null; note: string }) => send<Published>("POST", "/knowledge/releases", given));
}

export function useRestore() {
  return useDeed(({ number, note }: { number: number; note: string }) => send<Release>("POST", `/knowledge/releases/${number}/restore`, { note }));
}

export function useWaiting() {
  return useQuery({ queryKey: ["help", "diff"], queryFn: ({ signal }) => get<{ items: Difference[] }>("/knowledge/diff", signal).then((page) => page.items) });
}

export function useReleases() {
  return useQuery({ queryKey: ["help", "releases"], queryFn: ({ signal }) => get<{ items: Release[] }>("/knowledge/releases", signal).then((page) => page.items) });
}

/** What going back from the release in force would change. */
export function useDifferences(number: number, against: number) {
  return useQuery({
    queryKey: ["help", "differences", number, against],
    queryFn: ({ signal }) => get<{ items: Difference[] }>(`/knowledge/releases/${number}/diff?against=${against}`, signal).then((page) => page.items),
    staleTime: Infinity,
  });
}

export function useGaps() {
  return useQuery({ queryKey: ["help", "gaps"], queryFn: ({ signal }) => get<{ items: Gap[] }>("/knowledge/gaps", signal).then((page) => page.items) });
}

export function useClose() {
  return useDeed((questions: string[]) => send<unknown>("POST", "/knowledge/gaps/close", { questions }));
}

export function useReview() {
  return useQuery({ queryKey: ["help", "review"], queryFn: ({ signal }) => get<Review>("/knowledge/review", signal) });
}
