import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { get, Refusal, send } from "../api/client";
import type { Me } from "../api/types";
import { keys } from "./keys";

/** Who is signed in; null when nobody is. */
export function useMe() {
  return useQuery({
    queryKey: keys.me,
    queryFn: ({ signal }) =>
      get<Me>("/auth/me", signal).catch((error: unknown) => {
        if (error instanceof Refusal && (error.status === 401 || error.status === 403)) return null;
        throw error;
      }),
    staleTime: 60_000,
  });
}

/** Whether this engine serves a demo, whose agent needs no password. */
export function useDemo(): boolean {
  const page = useQuery({ queryKey: keys.demo, queryFn: async () => (await fetch("/demo")).ok, staleTime: Infinity, retry: false });
  return page.data ?? false;
}

export interface Credentials {
  email: string;
  password: string;
}

/** Signs in with a password, or in the demo (no credentials) as its first agent. */
export function useLogin() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (with_: Credentials | null) =>
      with_ ? send<Me>("POST", "/auth/login", with_) : send<Me>("POST", "/demo/login"),
    onSuccess: (me) => client.setQueryData(keys.me, me),
  });
}

export function useLogout() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => send<null>("POST", "/auth/logout"),
    onSuccess: () => {
      client.setQueryData(keys.me, null);
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== keys.me[0] && query.queryKey[0] !== keys.demo[0] });
    },
  });
}

export function useMyStatus(me: Me) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (status: Me["status"]) => send<unknown>("PATCH", `/agents/${me.agent_id}/status`, { status }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.me }),
  });
}
