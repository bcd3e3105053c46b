import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { get, send } from "../api/client";
import type { Code, Group, Key, Line, Person, PersonFields, ShownKey } from "./types";

const people = ["admin", "people"] as const;
const groups = ["admin", "groups"] as const;
const programs = ["admin", "keys"] as const;

export function usePeople() {
  return useQuery({ queryKey: people, queryFn: ({ signal }) => get<{ items: Person[] }>("/admin/people", signal).then((page) => page.items) });
}

export function useGroups() {
  return useQuery({ queryKey: groups, queryFn: ({ signal }) => get<{ items: Group[] }>("/admin/groups", signal).then((page) => page.items) });
}

export function useKeysOfPrograms() {
  return useQuery({ queryKey: programs, queryFn: ({ signal }) => get<{ items: Key[]; scopes: string[] }>("/admin/keys", signal) });
}

/** Asks for a change and reads again what it may have changed. */
function useChange<Wish, Done>(ask: (wish: Wish) => Promise<Done>, stale: readonly string[]) {
  const client = useQueryClient();
  return useMutation({ mutationFn: ask, onSuccess: () => client.invalidateQueries({ queryKey: stale.slice(0, 1) }) });
}

const at = (id: string): string => encodeURIComponent(id);

export function useAddPerson() {
  return useChange((person: PersonFields) => send<{ person: Person; welcome: Code }>("POST", "/admin/people", person), people);
}

export function useChangePerson(id: string) {
  return useChange((change: Partial<PersonFields> & { active?: boolean }) => send<Person>("PATCH", `/admin/people/${at(id)}`, change), people);
}

export function useResetPerson(id: string) {
  return useChange(() => send<Code>("POST", `/admin/people/${at(id)}/reset`), people);
}

export function useAddGroup() {
  return useChange((name: string) => send<Group>("POST", "/admin/groups", { name, members: [] }), groups);
}

export function useChangeGroup() {
  return useChange(({ id, ...change }: { id: string; name?: string; members?: string[] }) => send<Group>("PATCH", `/admin/groups/${at(id)}`, change), groups);
}

export function useDeleteGroup() {
  return useChange((id: string) => send<null>("DELETE", `/admin/groups/${at(id)}`), groups);
}

export function useAddKey() {
  return useChange((wish: { name: string; scopes: string[] }) => send<ShownKey>("POST", "/admin/keys", wish), programs);
}

export function useRevokeKey() {
  return useChange((id: string) => send<null>("DELETE", `/admin/keys/${at(id)}`), programs);
}

export function useAudit(subject: string) {
  const only = subject ? `&subject=${at(subject)}` : "";
  return useInfiniteQuery({
    queryKey: ["admin", "audit", subject],
    queryFn: ({ pageParam, signal }) => get<{ items: Line[]; next_cursor: string | null }>(`/admin/audit?limit=50${only}${pageParam ? `&cursor=${at(pageParam)}` : ""}`, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
  });
}
