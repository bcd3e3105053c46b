import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { get, send } from "../api/client";
import type { Entry, Page } from "../api/types";
import type { CannedReply, Colleague, Passage, SavedView } from "../api/workspace";
import { keys } from "./keys";
import { useRefresh } from "./useConversation";

/** Writes a note that only colleagues read. */
export function useNote(id: string) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (note: { text: string; mentions: string[] }) => send<Entry>("POST", `/conversations/${id}/notes`, note),
    onSettled: () => refresh(id),
  });
}

/** Makes these the tags of a conversation. */
export function useSetTags(id: string) {
  const client = useQueryClient();
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (tags: string[]) => send<{ tags: string[] }>("PUT", `/conversations/${id}/tags`, { tags }),
    onSettled: () => Promise.all([refresh(id), client.invalidateQueries({ queryKey: keys.tags })]),
  });
}

export function useKnownTags(enabled: boolean) {
  return useQuery({ queryKey: keys.tags, queryFn: ({ signal }) => get<Page<{ tag: string; count: number }>>("/tags", signal), select: (page) => page.items, enabled });
}

/** Puts a conversation aside until a time; null brings it back. */
export function useSnooze(id: string) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (until: Date | null) => (until ? send<unknown>("PUT", `/conversations/${id}/snooze`, { until: until.toISOString() }) : send<unknown>("DELETE", `/conversations/${id}/snooze`)),
    onSettled: () => refresh(id),
  });
}

/** Tells the engine up to where one has read, whenever newer lines are on the screen. */
export function useReadMark(id: string, newest: number | undefined, seen: boolean): void {
  const client = useQueryClient();
  useEffect(() => {
    if (!seen || newest === undefined) return;
    const mark = send<null>("POST", `/conversations/${id}/read`, { entry_no: newest }).then(() => client.invalidateQueries({ queryKey: keys.rows }));
    // A mark that is lost only leaves a count too high until the next one.
    mark.catch(() => undefined);
  }, [client, id, newest, seen]);
}

export function useCanned(enabled = true) {
  return useQuery({ queryKey: keys.canned, queryFn: ({ signal }) => get<Page<CannedReply>>("/canned-replies", signal), select: (page) => page.items, staleTime: 60_000, enabled });
}

/** Keeps a canned reply, or with a null text takes it away. */
export function useKeepCanned() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ name, text }: { name: string; text: string | null }) => {
      const address = `/canned-replies/${encodeURIComponent(name)}`;
      return text === null ? send<null>("DELETE", address) : send<CannedReply>("PUT", address, { text });
    },
    onSettled: () => client.invalidateQueries({ queryKey: keys.canned }),
  });
}

export function useViews(enabled = true) {
  return useQuery({ queryKey: keys.views, queryFn: ({ signal }) => get<Page<SavedView>>("/views", signal), select: (page) => page.items, enabled });
}

/** Keeps a search by name, or forgets it. */
export function useKeepView() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (view: Pick<SavedView, "name" | "query" | "shared"> | { forget: string }) =>
      "forget" in view ? send<null>("DELETE", `/views/${view.forget}`) : send<SavedView>("POST", "/views", view),
    onSettled: () => client.invalidateQueries({ queryKey: keys.views }),
  });
}

/** Passages of the published articles that have the words. */
export function usePassages(words: string, language: string | null) {
  const asked = words.trim();
  return useQuery({
    queryKey: keys.passages(asked),
    queryFn: ({ signal }) => get<Page<Passage>>(`/knowledge/search?q=${encodeURIComponent(asked)}&language=${encodeURIComponent(language ?? "en")}`, signal),
    select: (page) => page.items,
    staleTime: 60_000,
    enabled: asked.length > 2,
  });
}

export function useColleagues(enabled = true) {
  return useQuery({ queryKey: keys.agents, queryFn: ({ signal }) => get<Page<Colleague>>("/agents", signal), select: (page) => page.items, staleTime: 15_000, enabled });
}
