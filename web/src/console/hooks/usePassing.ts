import { useMutation, useMutationState, useQuery, useQueryClient } from "@tanstack/react-query";
import { get, send } from "../api/client";
import type { DeskOffer, Targets, Transfer, TransferOrder } from "../api/passing";
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

/** What the desk offers to oneself just now; when an offer runs out, it is asked again. */
export function useDeskOffers(me: Me) {
  const mine = (page: Page<DeskOffer>): DeskOffer[] => page.items.filter((one) => one.offered?.agent_id === me.agent_id);
  return useQuery({
    queryKey: keys.deskOffers,
    queryFn: ({ signal }) => get<Page<DeskOffer>>("/queue?limit=200", signal),
    select: mine,
    refetchInterval: ({ state }) => untilTheNextRunsOut(state.data ? mine(state.data) : [], Date.now()),
  });
}

/** How long until one of them is somebody else's; false when none is. */
export function untilTheNextRunsOut(offers: readonly DeskOffer[], now: number): number | false {
  const ends = offers.map((one) => Date.parse(one.offered?.until ?? "")).filter((end) => !Number.isNaN(end));
  return ends.length ? Math.max(1000, Math.min(...ends) - now + 250) : false;
}

/** Lets an offer of the desk pass, so that the next agent is asked. */
export function usePass(me: Me) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => send<null>("POST", `/agents/${me.agent_id}/pass/${id}`),
    onSettled: () => client.invalidateQueries({ queryKey: keys.deskOffers }),
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

type Ending = { how: "resolve" | "requeue" | "wait"; leave_approvals?: boolean };

const endingKey = (id: string): string[] => ["ending", id];

/** Ends a conversation, puts it back into the queue, or leaves the next word to the customer. */
export function useEnding(me: Me, id: string) {
  const refresh = useRefresh();
  return useMutation({
    mutationKey: endingKey(id),
    mutationFn: (end: Ending) => {
      const body = end.how === "resolve" && end.leave_approvals ? { leave_approvals: true } : {};
      return send<null>("POST", `/agents/${me.agent_id}/${end.how}/${id}`, body);
    },
    onSettled: () => refresh(id),
  });
}

/** When one resolved this conversation oneself, on this page; 0 when one did not. */
export function useResolvedAt(id: string): number {
  const times = useMutationState({
    filters: { mutationKey: endingKey(id), status: "success" },
    select: ({ state }) => (isResolve(state.variables) ? state.submittedAt : 0),
  });
  return Math.max(0, ...times);
}

function isResolve(variables: unknown): boolean {
  return typeof variables === "object" && variables !== null && "how" in variables && variables.how === "resolve";
}

/** Takes one's own resolving back. */
export function useReopen(me: Me, id: string) {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: () => send<null>("POST", `/agents/${me.agent_id}/reopen/${id}`),
    onSettled: () => refresh(id),
  });
}
