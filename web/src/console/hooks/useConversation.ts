import { useMutation, useMutationState, useQuery, useQueryClient } from "@tanstack/react-query";
import { act, get, NoConnection, send } from "../api/client";
import type { Citation, Conversation, Entry, Me } from "../api/types";
import { keys } from "./keys";

const NEWEST_LINES = 100;

export function useConversation(id: string | null) {
  return useQuery({
    queryKey: keys.conversation(id ?? ""),
    queryFn: ({ signal }) => get<Conversation>(`/conversations/${id}?lines=${NEWEST_LINES}`, signal),
    enabled: id !== null,
  });
}

/** Takes a conversation over; a second agent is told who has it. */
export function useClaim(me: Me) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (id: string) => act(`/agents/${me.agent_id}/claim/${id}`),
    onSettled: (_done, _error, id) => refresh(id),
  });
}

/** Gives a conversation back to the assistant. */
export function useRelease(me: Me) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (id: string) => act(`/agents/${me.agent_id}/release/${id}`),
    onSettled: (_done, _error, id) => refresh(id),
  });
}

export interface Reply {
  message_id: string;
  text: string;
  /** Sources of the articles that the words quote, by the number that stands in them. */
  citations?: Citation[];
}

const replyKey = (id: string): string[] => ["reply", id];

/** Sends the agent's words once: one id a message, in order, tried again while no answer comes. */
export function useReply(me: Me, id: string) {
  const refresh = useRefresh();
  return useMutation({
    mutationKey: replyKey(id),
    scope: { id: `reply:${id}` },
    mutationFn: (reply: Reply) => send<Entry>("POST", `/agents/${me.agent_id}/conversations/${id}/messages`, reply),
    retry: (count, error) => error instanceof NoConnection && count < 30,
    retryDelay: (count) => Math.min(1000 * 2 ** count, 8000),
    onSettled: () => refresh(id),
  });
}

/** The replies of this conversation that are still on their way. */
export function useRepliesUnderWay(id: string): Reply[] {
  return useMutationState<unknown>({
    filters: { mutationKey: replyKey(id), status: "pending" },
    select: (mutation) => mutation.state.variables,
  }).filter(isReply);
}

function isReply(variables: unknown): variables is Reply {
  return typeof variables === "object" && variables !== null && "message_id" in variables && "text" in variables;
}

/** Asks again for what a change of a conversation touches. */
export function useRefresh(): (id: string) => Promise<unknown> {
  const client = useQueryClient();
  return (id) =>
    Promise.all([
      client.invalidateQueries({ queryKey: keys.conversation(id) }),
      client.invalidateQueries({ queryKey: keys.rows }),
      client.invalidateQueries({ queryKey: keys.me }),
    ]);
}
