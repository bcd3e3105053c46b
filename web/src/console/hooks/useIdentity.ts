import { useMutation, useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { get, send } from "../api/client";
import { keys } from "./keys";

export interface Evidence {
  kind: "proved" | "address" | "record" | "name";
  /** What both share, masked. */
  shared: string;
}

/** Somebody who may be the same person. */
export interface Candidate {
  customer_id: string;
  name: string | null;
  tier: string;
  known_since: string;
  has_account: boolean;
  likelihood: number;
  evidence: Evidence[];
}

export interface Identities {
  contacts: { kind: "email" | "phone"; value: string; verified_at: string }[];
  candidates: Candidate[];
}

export interface Sessions {
  presence: "here" | "away" | "gone";
  seen_at: string | null;
  /** The last line that the customer has read in an open page. */
  read_no: number | null;
  heartbeat_s: number;
  continues: string | null;
}

const at = (customerId: string): string => `/customers/${encodeURIComponent(customerId)}`;
const sessionsOf = (conversationId: string) => ["sessions", conversationId] as const;
const keyOf = (customerId: string) => ["identities", customerId] as const;

export function useIdentities(customerId: string | null) {
  return useQuery({
    queryKey: keyOf(customerId ?? ""),
    queryFn: ({ signal }) => get<Identities>(`${at(customerId ?? "")}/identities`, signal),
    staleTime: 30_000,
    enabled: customerId !== null,
  });
}

/** Whether the customer has a page open, asked again as often as the page says so. */
export function useSessions(conversationId: string) {
  return useQuery({
    queryKey: sessionsOf(conversationId),
    queryFn: ({ signal }) => get<Sessions>(`/conversations/${encodeURIComponent(conversationId)}/sessions`, signal),
    refetchInterval: (query) => (query.state.data?.heartbeat_s ?? 30) * 1000,
  });
}

/** A customer was heard to have read up to a line; an older sign changes nothing. */
export function readUpTo(client: QueryClient, conversationId: string, entryNo: number): void {
  client.setQueryData<Sessions>(sessionsOf(conversationId), (known) => known && { ...known, read_no: Math.max(known.read_no ?? 0, entryNo) });
}

/** Whoever the company knows by an account stays; of two equals, the one who is looked at. */
export function whoStays(here: { id: string; hasAccount: boolean }, other: Candidate): { kept: string; gone: string } {
  return other.has_account && !here.hasAccount
    ? { kept: other.customer_id, gone: here.id }
    : { kept: here.id, gone: other.customer_id };
}

/** Says of a candidate that it is the same person, or that they are two. */
export function useJudge(customerId: string, conversationId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (wish: { same: { kept: string; gone: string } } | { apart: string }) =>
      "same" in wish
        ? send("POST", `${at(wish.same.kept)}/merge`, { other: wish.same.gone })
        : send("POST", `${at(customerId)}/apart`, { other: wish.apart }),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: keyOf(customerId) }),
        client.invalidateQueries({ queryKey: keys.conversation(conversationId) }),
        client.invalidateQueries({ queryKey: ["customers"] }),
      ]),
  });
}
