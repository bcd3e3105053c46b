import type { Query } from "../api/workspace";

export const NOTHING: Query = { q: "", status: "", tag: "", agent: "", channel: "", since: "", until: "" };

const FIELDS = ["q", "status", "tag", "agent", "channel", "since", "until"] as const;

/** A search as it stands in an address: `q=crack&tag=lamp`; what does not matter is left out. */
export function written(query: Partial<Query>): string {
  const set = FIELDS.flatMap((name) => (query[name] ? [[name, query[name]]] : []));
  return new URLSearchParams(set).toString();
}

/** Reads a search from an address; what is unknown there is passed over. */
export function readQuery(text: string): Query {
  const told = new URLSearchParams(text);
  return FIELDS.reduce<Query>((query, name) => ({ ...query, [name]: told.get(name) ?? "" }), NOTHING);
}

/** How many things are looked for beside the words. */
export function filters(query: Query): number {
  return FIELDS.filter((name) => name !== "q" && query[name]).length;
}

export function isAsked(query: Query): boolean {
  return FIELDS.some((name) => query[name].trim() !== "");
}

/** The search as the engine is asked: days become moments in the agent's own time zone, the last one counted whole. */
export function asked(query: Query): string {
  const since = query.since && new Date(`${query.since}T00:00:00`).toISOString();
  const until = query.until && new Date(new Date(`${query.until}T00:00:00`).getTime() + 24 * 3600_000).toISOString();
  return written({ ...query, q: query.q.trim(), since, until });
}

/** The address of a search. */
export function searchAt(query: Partial<Query>): string {
  const text = written(query);
  return text ? `#/?${text}` : "#/";
}
