/** The places of the console. */
export type Route = { kind: "list" } | { kind: "talk"; id: string } | { kind: "why"; id: string; seq: number };

export function readRoute(hash: string): Route {
  const [, place, id, sub, seq] = hash.replace(/^#/, "").split("/");
  if (place !== "c" || !id) return { kind: "list" };
  const turn = Number(seq);
  if (sub === "why" && Number.isInteger(turn)) return { kind: "why", id: decodeURIComponent(id), seq: turn };
  return { kind: "talk", id: decodeURIComponent(id) };
}

export function talkAt(id: string): string {
  return `#/c/${encodeURIComponent(id)}`;
}

export function whyAt(id: string, seq: number): string {
  return `${talkAt(id)}/why/${seq}`;
}
