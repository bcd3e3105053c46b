import { within } from "@testing-library/dom";
import { beforeEach, expect, test } from "vitest";
import { entry, fromCustomer } from "../../tests/samples";
import { emptyChat, say, type Chat } from "./chat";
import { Panel } from "./panel";

let pressed: [string, string | null][];
let panel: Panel;

beforeEach(() => {
  pressed = [];
  panel = new Panel({ press: (title, payload) => pressed.push([title, payload]), open: () => undefined, close: () => undefined, typing: () => undefined });
  document.body.replaceChildren(panel.root, panel.launcher);
});

function chatWith(...entries: ReturnType<typeof entry>[]): Chat {
  const shown = entries.map((e, i) => ({ key: `k${i}`, entry: { ...e, entry_no: i + 1 } }));
  return { ...emptyChat("Kessel & Birch"), line: "online", conversationId: "cnv_1", shown };
}

const show = (chat: Chat, unread = 0): void => panel.show(chat, unread === 0, "Ask us", unread, ["Where is my order?"]);
const log = () => within(panel.root).getByRole("log");

test("it says that it is a program before anything else, and offers a person", () => {
  show(emptyChat("Kessel & Birch"));
  expect(log().textContent).toContain("a program, not a person");
  expect(log().textContent).toContain("ask for a person at any time");
});

test("a first question can be chosen instead of typed", () => {
  show(emptyChat("us"));
  within(log()).getByRole("button", { name: "Where is my order?" }).click();
  expect(pressed).toEqual([["Where is my order?", null]]);
});

test("markup in a message stays text", () => {
  show(chatWith(entry({ text: "<img src=x onerror=alert(1)>" })));
  expect(log().querySelector("img")).toBeNull();
  expect(log().textContent).toContain("<img src=x");
});

test("a source is a link at its mark and under the answer", () => {
  const citations = [{ number: 1, title: "Returns", heading: "When", url: "/help/returns#when" }];
  show(chatWith(entry({ text: "30 days.[1]", citations })));
  const links = within(log()).getAllByRole("link");
  expect(links.map((l) => l.getAttribute("href"))).toEqual(["/help/returns#when", "/help/returns#when"]);
});

test("buttons count only in the question that offered them", () => {
  const question = entry({ text: "Shall I?", buttons: [{ title: "Yes", payload: "/affirm" }] });
  show(chatWith(question));
  within(log()).getByRole("button", { name: "Yes" }).click();
  expect(pressed).toEqual([["Yes", "/affirm"]]);
  show(chatWith(question, fromCustomer("wait", { message_id: "b" })));
  expect(within(log()).queryByRole("button", { name: "Yes" })).toBeNull();
});

test("what a notice offers can be chosen until somebody says something", () => {
  const offer = entry({ kind: "notice", text: "You can simply wait here.", buttons: [{ title: "Call me back", payload: "/option" }] });
  const outlook = entry({ kind: "notice", text: "About 4 min.", message_id: "b" });
  show(chatWith(offer, outlook));
  expect(within(log()).getByRole("button", { name: "Call me back" })).toBeTruthy();
  show(chatWith(offer, outlook, entry({ text: "I am Runa.", message_id: "c" })));
  expect(within(log()).queryByRole("button", { name: "Call me back" })).toBeNull();
});

test("a line on the screen is kept, not built again, so that it is read out once", () => {
  show(chatWith(entry()));
  const first = within(log()).getByText("Delivered on 13 January.");
  show(chatWith(entry(), entry({ text: "Anything else?", message_id: "b" })));
  expect(within(log()).getByText("Delivered on 13 January.")).toBe(first);
});

test("without a connection it says how many messages are kept", () => {
  const two = say(say(chatWith(), "1", "one", null), "2", "two", null);
  show({ ...two, line: "offline" });
  expect(within(panel.root).getByRole("alert").textContent).toBe("No connection. 2 messages are kept here and go out by themselves.");
  expect(log().textContent).toContain("waits for the connection, 2 of 2");
});

test("the header says who speaks", () => {
  show({ ...chatWith(entry()), speaker: { kind: "agent", name: "Runa Solberg" } });
  const header = panel.root.querySelector("header");
  expect(header?.textContent).toContain("Runa Solberg");
  expect(header?.textContent).toContain("A person at Kessel & Birch");
});

test("a wait for a person stands out until its action has reported", () => {
  const wait = entry({ kind: "notice", sender: "system", hold: true, thread_id: "cnv_1:action:1", text: "A colleague is checking. You can go on." });
  show(chatWith(wait));
  const card = within(log()).getByText("A colleague is checking").closest(".hold");
  expect(card?.className).toBe("hold");
  show(chatWith(wait, entry({ text: "Done.", message_id: "b", thread_id: "cnv_1:action:1" })));
  expect(card?.className).toBe("hold over");
});

test("the wait for a person is over when somebody speaks", () => {
  const waiting = chatWith(entry({ kind: "notice", sender: "system", hold: true, text: "I am bringing a person. All is kept." }));
  show({ ...waiting, speaker: { kind: "nobody" } });
  const card = within(log()).getByText("I am bringing a person").closest(".hold");
  expect(card?.className).toBe("hold");
  show({ ...waiting, speaker: { kind: "agent", name: "Runa" } });
  expect(card?.className).toBe("hold over");
});

test("a refused message says so where it stands", () => {
  const refused = say(chatWith(), "1", "hm", null);
  show({ ...refused, pending: refused.pending.map((p) => ({ ...p, refused: "A message may have 64 kB." })) });
  expect(log().textContent).toContain("Not sent. A message may have 64 kB.");
});

test("the launcher counts unread replies in words", () => {
  show(chatWith(entry()), 2);
  expect(within(document.body).getByRole("button", { name: "Ask us 2 unread" })).toBeTruthy();
});
