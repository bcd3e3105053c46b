import type { ArticleLine, ArticlePage, Fields, State } from "./types";

export const EMPTY: Fields = { title: "", domain: "general", owner: "", language: "en", keywords: [], products: [], valid_from: null, review: null, expires: null, body: "" };

/** What an author goes on with: the draft, or what is published. */
export function startOf(page: ArticlePage | undefined): Fields {
  return page?.draft?.fields ?? page?.published ?? EMPTY;
}

/** The id that a new article gets from its title. */
export function idFrom(title: string): string {
  const plain = title.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").replace(/ß/g, "ss").toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 80);
}

/** Why an article cannot be kept yet; empty when it can. */
export function lacking(id: string, fields: Fields, taken: readonly string[]): string {
  if (fields.title.trim().length < 3) return "Give it a title of three letters or more.";
  if (!id) return "Its title needs a letter or a figure.";
  if (taken.includes(id)) return `There is an article ${id} already; choose another title.`;
  if (!fields.owner.trim()) return "Say who owns it.";
  if (!fields.body.trim()) return "Write its text.";
  return "";
}

const STATES: Record<State, string> = { published: "published", changed: "draft waits", new: "new draft", withdrawing: "to be withdrawn", withdrawn: "withdrawn" };

export function stateName(state: State): string {
  return STATES[state];
}

export function waits(state: State): boolean {
  return state === "changed" || state === "new" || state === "withdrawing";
}

/** The articles whose id, title, domain or owner hold every word that was asked for. */
export function matching(rows: readonly ArticleLine[], asked: string): ArticleLine[] {
  const words = asked.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => words.every((word) => [row.article_id, row.title, row.domain, row.owner].some((text) => text?.toLowerCase().includes(word))));
}

/** How readers judged: `12 of 15 found it helpful`. */
export function verdict(helpful: number, unhelpful: number): string {
  const all = helpful + unhelpful;
  return all === 0 ? "no answers yet" : `${helpful} of ${all} found it helpful`;
}
