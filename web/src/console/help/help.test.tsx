import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { Editor } from "./Editor";
import { idFrom, lacking, matching, startOf, verdict } from "./fields";
import { Gaps } from "./Gaps";
import type { ArticleLine, ArticlePage, Fields } from "./types";

const FIELDS: Fields = { title: "Kettles", domain: "kitchen", owner: "ada", language: "en", keywords: ["tea"], products: [], valid_from: null, review: null, expires: null, body: "They boil." };
const PAGE: ArticlePage = { article_id: "kettles", published: FIELDS, version: 2, draft: null, versions: [], source: "console", helpful: 3, unhelpful: 1 };

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

/** A server on the other side of `fetch`: what each request is answered with. */
function serve(answers: Record<string, unknown>): string[] {
  const asked: string[] = [];
  vi.stubGlobal("fetch", (address: string, init: RequestInit = {}) => {
    asked.push(`${init.method ?? "GET"} ${address} ${typeof init.body === "string" ? init.body : ""}`);
    return Promise.resolve(new Response(JSON.stringify(answers[address] ?? null)));
  });
  return asked;
}

function show(page: React.ReactElement): void {
  render(<QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>{page}</QueryClientProvider>);
}

test("a new article gets its id from its title, also one in another alphabet's letters", () => {
  expect(idFrom("  Über große Töpfe & Pfannen! ")).toBe("uber-grosse-topfe-pfannen");
  expect(idFrom("鍋")).toBe("");
});

test("what keeps an article from being kept is said, one thing at a time", () => {
  expect(lacking("", { ...FIELDS, title: "a" }, [])).toContain("title");
  expect(lacking("kettles", FIELDS, ["kettles"])).toContain("already");
  expect(lacking("kettles", { ...FIELDS, owner: " " }, [])).toContain("owns");
  expect(lacking("kettles", { ...FIELDS, body: "" }, [])).toContain("text");
  expect(lacking("kettles", FIELDS, [])).toBe("");
});

test("an author goes on with the draft where there is one", () => {
  const draft = { revision: 1, changed_by: "ada", changed_at: "", fields: { ...FIELDS, body: "Draft." }, overtaken: false };
  expect([startOf(PAGE).body, startOf({ ...PAGE, draft }).body, startOf(undefined).body]).toEqual(["They boil.", "Draft.", ""]);
});

test("articles are found by words of their title, domain and owner", () => {
  const row = (article_id: string, title: string): ArticleLine => ({ ...PAGE, article_id, title, state: "published", domain: "kitchen", owner: "ada", language: "en", updated: null, review: null, expires: null, changed_by: null, changed_at: null });
  const rows = [row("kettles", "Kettles"), row("pots", "Pots")];
  expect(matching(rows, "KITCHEN pot").map((one) => one.article_id)).toEqual(["pots"]);
  expect([verdict(0, 0), verdict(3, 1)]).toEqual(["no answers yet", "3 of 4 found it helpful"]);
});

test("what was typed is kept as a draft, with the revision that was read", async () => {
  const asked = serve({ "/api/v1/knowledge/articles/kettles/draft": PAGE });
  show(<Editor page={PAGE} taken={[]} />);
  const keep = screen.getByRole("button", { name: "Keep draft" });
  expect(keep.hasAttribute("disabled")).toBe(true);

  await userEvent.type(screen.getByRole("textbox", { name: /^Text, in Markdown/ }), " Fast.");
  await userEvent.click(keep);

  const put = asked.find((one) => one.startsWith("PUT /api/v1/knowledge/articles/kettles/draft"));
  expect(put).toContain('"body":"They boil. Fast."');
  expect(put).toContain('"revision":null');
});

test("a gap names its wordings and the nearest articles, and is closed with all of them", async () => {
  const gap = { questions: ["do you rent lamps", "lamp rental"], language: "en", asked: 7, conversations: 6, last_at: "2026-05-01T10:00:00Z", conversation_id: "cnv_1", seq: 3, suggested: [{ article_id: "lamps", title: "Lamps", near: 5 }] };
  const asked = serve({ "/api/v1/knowledge/gaps": { items: [gap] } });
  show(<Gaps />);

  await screen.findByText("asked 7 times");
  expect(screen.getByRole("link", { name: "Lamps" }).getAttribute("href")).toBe("#/help/article/lamps");
  await userEvent.click(screen.getByRole("button", { name: "Dealt with" }));

  await waitFor(() => expect(asked.some((one) => one.includes('gaps/close {"questions":["do you rent lamps","lamp rental"]}'))).toBe(true));
});
