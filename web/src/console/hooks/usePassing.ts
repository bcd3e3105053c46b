import { useMutation, useQuery } from "@tanstack/react-query";
import { get, send } from "../api/client";
import type { Targets, Transfer, TransferOrder } from "../api/passing";
import type { Me, Page } from "../api/types";
import { keys } from "./keys";
import { useRefresh } from "./useConversation";

export function useTargets(enabled: boolean) {
  return useQuery({ queryKey: keys.targets, queryFn: ({ signal }) => get<Targets>("/transfer-targets", signal), staleTime: 10_000, enabled });
}

/** The transfers of a conversation that nobody has answered yet. */
export function useOffers(id: string) {
  return useQuery({
    queryKey: keys.transfers(id),
    queryFn: ({ signal }) => get<Page<Transfer>>(`/conversations/${id}/transfers`, signal),
    select: (page) => page.items.filter((one) => one.state === "offered"),
  });
}

/** What colleagues offer to oneself or one's group. */
export function useOffered(me: Me) {
  return useQuery({
    queryKey: keys.offered,
    queryFn: ({ signal }) => get<Page<Transfer>>(`/agents/${me.agent_id}/transfers`, signal),
    select: (page) => page.items,
  });
}

/** Passes a conversation on. */
export function useTransfer(me: Me, id: string) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (order: TransferOrder) => send<{ state: string }>("POST", `/agents/${me.agent_id}/transfer/${id}`, order),
    onSettled: () => refresh(id),
  });
}

/** Takes what was offered, or declines it; one's own offer is taken back by declining. */
export function useAnswerOffer(me: Me, id: string) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (answer: "take" | "decline") => send<null>("POST", `/agents/${me.agent_id}/transfers/${id}/${answer}`),
    onSettled: () => refresh(id),
  });
}

/** Ends a conversation, puts it back into the queue, or leaves the next word to the customer. */
export function useEnding(me: Me, id: string) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (end: { how: "resolve" | "requeue" | "wait"; leave_approvals?: boolean }) => {
      const body = end.how === "resolve" && end.leave_approvals ? { leave_approvals: true } : {};
      return send<null>("POST", `/agents/${me.agent_id}/${end.how}/${id}`, body);
    },
    onSettled: () => refresh(id),
  });
}
