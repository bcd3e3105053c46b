export type State = "published" | "changed" | "new" | "withdrawing" | "withdrawn";

export interface ArticleLine {
  article_id: string;
  title: string;
  state: State;
  version: number | null;
  domain: string | null;
  owner: string | null;
  language: string | null;
  updated: string | null;
  review: string | null;
  expires: string | null;
  source: string | null;
  changed_by: string | null;
  changed_at: string | null;
  helpful: number;
  unhelpful: number;
}

export interface Fields {
  title: string;
  domain: string;
  owner: string;
  language: string;
  keywords: string[];
  products: string[];
  valid_from: string | null;
  review: string | null;
  expires: string | null;
  body: string;
}

export interface Draft {
  revision: number;
  changed_by: string;
  changed_at: string;
  fields: Fields | null;
  overtaken: boolean;
}

export interface ArticlePage {
  article_id: string;
  published: Fields | null;
  version: number | null;
  draft: Draft | null;
  versions: { version: number; title: string; published_at: string; published: boolean }[];
  source: string | null;
  helpful: number;
  unhelpful: number;
}

export interface Preview {
  html: string;
  passages: { heading: string; anchor: string; sentences: string[] }[];
  problem: string | null;
}

export interface Difference {
  article_id: string;
  title: string;
  change: "new" | "changed" | "withdrawn" | "same";
  lines: { kind: "same" | "gone" | "come" | "left_out"; text: string }[];
}

export interface Release {
  number: number;
  name: string;
  articles: number;
  restores: number | null;
  note: string;
  made_by: string;
  made_at: string;
}

export interface Published {
  release: Release | null;
  articles: string[];
}

export interface Gap {
  questions: string[];
  language: string;
  asked: number;
  conversations: number;
  last_at: string;
  conversation_id: string;
  seq: number;
  suggested: { article_id: string; title: string; near: number }[];
}

interface Said {
  article_id: string;
  title: string;
  heading: string;
  anchor: string;
  text: string;
}

export interface Review {
  links: { article_id: string; words: string; address: string; why: string }[];
  contradictions: { first: Said; second: Said; why: string }[];
  days: { article_id: string; title: string; owner: string; what: "review" | "expires"; day: string }[];
  sources: { source_id: string; address: string; every_minutes: number | null; last_at: string | null; summary: string; lines: string[] }[];
}
