import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { get, send } from "../api/client";
import type { Suggestion, SuggestionRun } from "../api/passing";
import type { Page } from "../api/types";
import { keys } from "./keys";

/** What could be done next, the surest first. */
export function useSuggestions(id: string, enabled: boolean) {
  return useQuery({
    queryKey: keys.suggestions(id),
    queryFn: ({ signal }) => get<Page<Suggestion>>(`/conversations/${id}/suggestions`, signal),
    select: (page) => page.items.slice(0, 3),
    enabled,
    retry: false,
  });
}

export interface Click {
  suggestion: Suggestion;
  values: Record<string, string>;
  agreed: boolean;
}

/** Does what was suggested, through the same rules and approvals as everything else. */
export function useRunSuggestion(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ suggestion, values, agreed }: Click) =>
      send<SuggestionRun>("POST", `/conversations/${id}/suggestions/${encodeURIComponent(suggestion.id)}/run`, { values, customer_agrees: agreed, ...(Object.keys(values).length ? {} : { parameters: suggestion.parameters }) }),
    onSettled: () => Promise.all([client.invalidateQueries({ queryKey: keys.conversation(id) }), client.invalidateQueries({ queryKey: keys.suggestions(id) })]),
  });
}
