import { safeUrl, stretches } from "../shared/cited";
import type { Button, Entry } from "../shared/entry";
import { isOwn, type Chat, type Pending, type Shown } from "./chat";
import { el, icon, type IconName, type Item } from "./dom";
import { language, t } from "./words";

export interface Actions {
  press(title: string, payload: string | null): void;
}

/** The conversation as a list of things to show, oldest first. */
export function lines(chat: Chat, starters: readonly string[], actions: Actions): Item[] {
  if (!chat.shown.length && !chat.pending.length) return greeting(chat, starters, actions);
  const items: Item[] = [];
  chat.shown.forEach((shown, i) => items.push(...entryItems(chat, shown, chat.shown[i - 1]?.entry)));
  const waiting = chat.pending.filter((p) => !p.refused);
  chat.pending.forEach((p) => items.push(...pendingItems(chat, p, waiting.indexOf(p), waiting.length)));
  const writing = chat.writing?.text;
  if (writing) items.push({ key: "writing", version: writing, build: () => provisional(writing) });
  else if (chat.working) items.push(fixed("working", () => typing()));
  items.push(...offered(chat, actions));
  return items;
}

function greeting(chat: Chat, starters: readonly string[], actions: Actions): Item[] {
  const items = [
    fixed("hello", () => el("div", { class: "hello" }, el("b", {}, t("How can we help?")))),
    fixed(`intro:${chat.company}`, () =>
      bubble("", t("I am the assistant of {}: ", chat.company), el("b", {}, t("a program, not a person")), t(". I can look things up for you and answer from our guides.")),
    ),
    fixed("person", () => bubble("", t("You can ask for a person at any time."))),
  ];
  const choices = starters.map((title) => ({ title, payload: "" }));
  return choices.length ? [...items, options("starters", choices, actions)] : items;
}

function entryItems(chat: Chat, { key, entry }: Shown, before: Entry | undefined): Item[] {
  const items: Item[] = [];
  const day = dayOf(entry.timestamp);
  if (!before || dayOf(before.timestamp) !== day) items.push(fixed(`day:${day}`, () => el("p", { class: "day" }, day)));
  const named = entry.sender === "agent" && (before?.sender !== "agent" || before.kind !== "message");
  if (named) items.push(fixed(`by:${key}`, () => byline(entry, chat.company)));
  const over = entry.hold && settled(chat, entry);
  items.push({ key, version: over ? "over" : "entry", build: () => entryLine(entry, over) });
  const last = chat.shown[chat.shown.length - 1]?.entry === entry;
  if (last && isOwn(entry)) items.push(status("sent", "check", t("sent")));
  return items;
}

/** A wait is over once somebody speaks again, or once the action that waited has reported. */
function settled(chat: Chat, hold: Entry): boolean {
  if (!hold.thread_id || hold.thread_id === chat.conversationId) return chat.speaker.kind !== "nobody";
  return chat.shown.some(({ entry }) => entry.entry_no > hold.entry_no && entry.thread_id === hold.thread_id && !entry.hold);
}

function entryLine(entry: Entry, over: boolean): HTMLElement {
  if (entry.hold) return hold(entry.text, over);
  if (entry.kind === "event") return notice("hand", entry.text);
  if (entry.kind === "notice") return notice("bell", entry.text);
  if (isOwn(entry)) return bubble("me", entry.text);
  return reply(entry);
}

function reply(entry: Entry): HTMLElement {
  const found = stretches(entry.text, entry.citations);
  const said = found.map((s) =>
    s.kind === "words"
      ? s.text
      : el("a", { class: "cite", ...link(s.citation.url), "aria-label": t("source {}", s.citation.number) }, `${s.citation.number}`),
  );
  const node = bubble("", ...said);
  if (entry.citations.length) node.append(sources(entry));
  return node;
}

function sources(entry: Entry): HTMLElement {
  const rows = entry.citations.map((c) =>
    el(
      "li",
      {},
      el("b", {}, `${c.number} `),
      el("a", link(c.url), c.title),
      c.heading ? `, § ${c.heading}` : "",
    ),
  );
  return el("ul", { class: "srcs", "aria-label": t("Sources") }, ...rows);
}

/** Sources open beside the page, so that the conversation stays where it is. */
function link(url: string): Record<string, string> {
  return { href: safeUrl(url), target: "_blank", rel: "noopener" };
}

function hold(text: string, over: boolean): HTMLElement {
  const [first = text, ...rest] = text.split(/\.\s+(?=\S)/);
  return el("div", { class: over ? "hold over" : "hold" }, icon("clock"), el("div", {}, el("b", {}, first), rest.join(". ")));
}

function pendingItems(chat: Chat, p: Pending, place: number, of: number): Item[] {
  const queued = chat.line === "offline" && p.seq === null && !p.refused;
  const item: Item = { key: p.id, version: queued ? "queued" : "entry", build: () => bubble(queued ? "me q" : "me", p.text) };
  if (p.refused) {
    const why = t("Not sent. {}", p.refused);
    return [item, { key: `st:${p.id}`, version: why, build: () => statusLine("warn", why, "st bad") }];
  }
  if (queued) {
    const text = of > 1 ? t("waits for the connection, {} of {}", place + 1, of) : t("waits for the connection");
    return [item, status(`st:${p.id}`, "clock", text)];
  }
  return [item];
}

/** Buttons count only in the line that offered them: nothing said since but notices, nothing on its way. */
function offered(chat: Chat, actions: Actions): Item[] {
  const last = chat.shown.findLast(({ entry }) => entry.kind === "message" || entry.buttons.length > 0);
  if (!last || isOwn(last.entry) || chat.pending.length || chat.working || !last.entry.buttons.length) return [];
  return [options(`opts:${last.key}`, last.entry.buttons, actions)];
}

function options(key: string, buttons: readonly Button[], actions: Actions): Item {
  const short = buttons.length === 2 && buttons.every((b) => b.title.length < 16);
  return fixed(key, () => {
    const nodes = buttons.map(({ title, payload }) => {
      const node = el("button", { type: "button", class: "opt" }, title);
      node.onclick = () => actions.press(title, payload || null);
      return node;
    });
    return el("div", { class: short ? "opts two" : "opts", role: "group", "aria-label": t("Answers to choose from") }, ...nodes);
  });
}

/** A screen reader hears the message itself, once, when it is there. */
function provisional(text: string): HTMLElement {
  const node = bubble("prov", text);
  node.ariaHidden = "true";
  return node;
}

function typing(): HTMLElement {
  return bubble("", el("span", { class: "typing", role: "img", "aria-label": t("The assistant is writing") }, "•••"));
}

function byline(entry: Entry, company: string): HTMLElement {
  return el("p", { class: "by" }, el("b", {}, entry.sender_name ?? t("A person")), `, ${company} · ${clock(entry.timestamp)}`);
}

function bubble(kind: string, ...children: (Node | string)[]): HTMLElement {
  return el("div", { class: `bub ${kind}`, dir: "auto" }, ...children);
}

function notice(name: IconName, text: string): HTMLElement {
  return el("p", { class: "ntc" }, icon(name), ` ${text}`);
}

function status(key: string, name: IconName, text: string): Item {
  return { key, version: text, build: () => statusLine(name, text, "st") };
}

function statusLine(name: IconName, text: string, kind: string): HTMLElement {
  return el("p", { class: kind }, icon(name), text);
}

function fixed(key: string, build: () => HTMLElement): Item {
  return { key, version: language, build };
}

function dayOf(timestamp: string): string {
  return new Date(timestamp).toLocaleDateString(language, { weekday: "long", day: "numeric", month: "long" });
}

function clock(timestamp: string): string {
  return new Date(timestamp).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
}
