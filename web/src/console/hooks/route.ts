/** The places of the console. */
export type Route =
  | { kind: "list"; search: string }
  | { kind: "talk"; id: string }
  | { kind: "why"; id: string; seq: number }
  | { kind: "fork"; id: string; seq: number }
  | { kind: "room"; room: string; path: readonly string[] };

export function readRoute(hash: string): Route {
  const [address = "", search = ""] = hash.replace(/^#/, "").split("?", 2);
  const [, place, ...path] = address.split("/").map(decoded);
  if (!place) return { kind: "list", search };
  return place === "c" ? readTalk(path) : { kind: "room", room: place, path };
}

function readTalk([id, sub, seq]: readonly string[]): Route {
  if (!id) return { kind: "list", search: "" };
  const turn = Number(seq);
  if ((sub === "why" || sub === "fork") && Number.isInteger(turn)) return { kind: sub, id, seq: turn };
  return { kind: "talk", id };
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

export function whyAt(id: string, seq: number): string {
  return `${talkAt(id)}/why/${seq}`;
}

export function forkAt(id: string, seq: number): string {
  return `${talkAt(id)}/fork/${seq}`;
}
