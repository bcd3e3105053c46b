/** The places of the console. */
export type Route =
  | { kind: "list"; search: string }
  | { kind: "talk"; id: string; search: string }
  | { kind: "why"; id: string; seq: number; thread?: string }
  | { kind: "fork"; id: string; seq: number; thread?: string }
  | { kind: "room"; room: string; path: readonly string[] };

export function readRoute(hash: string): Route {
  const [address = "", search = ""] = hash.replace(/^#/, "").split("?", 2);
  const [, place, ...path] = address.split("/").map(decoded);
  if (!place) return { kind: "list", search };
  return place === "c" ? readTalk(path, search) : { kind: "room", room: place, path };
}

function readTalk([id, sub, seq, thread]: readonly string[], search: string): Route {
  if (!id) return { kind: "list", search };
  const turn = Number(seq);
  if ((sub === "why" || sub === "fork") && Number.isInteger(turn)) return { kind: sub, id, seq: turn, ...(thread ? { thread } : {}) };
  return { kind: "talk", id, search };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function talkAt(id: string): string {
  return `#/c/${encodeURIComponent(id)}`;
}

/** A turn is counted in its conversation, or in the thread of one of its actions. */
export function whyAt(id: string, seq: number, thread?: string): string {
  return turnAt(id, "why", seq, thread);
}

export function forkAt(id: string, seq: number, thread?: string): string {
  return turnAt(id, "fork", seq, thread);
}

function turnAt(id: string, place: string, seq: number, thread?: string): string {
  const own = thread === undefined || thread === id ? "" : `/${encodeURIComponent(thread)}`;
  return `${talkAt(id)}/${place}/${seq}${own}`;
}
