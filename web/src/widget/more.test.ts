import { within } from "@testing-library/dom";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { entry, fromCustomer } from "../../tests/samples";
import { emptyChat, receive, type Chat } from "./chat";
import { More } from "./more";
import { Panel } from "./panel";
import type { ClientFrame } from "./protocol";
import { t } from "./words";

/** The browser's own way to bring a file, answered by hand. */
class Line {
  static all: Line[] = [];
  upload: { onprogress?: (event: { loaded: number; total: number }) => void } = {};
  headers: Record<string, string> = {};
  onload?: () => void;
  onerror?: () => void;
  status = 0;
  responseText = "";
  aborted = false;
  url = "";
  sent: unknown;
  constructor() {
    Line.all.push(this);
  }
  open(_method: string, url: string): void {
    this.url = url;
  }
  setRequestHeader(name: string, value: string): void {
    this.headers[name] = value;
  }
  send(body: unknown): void {
    this.sent = body;
  }
  abort(): void {
    this.aborted = true;
  }
  answers(status: number, body: object): void {
    this.status = status;
    this.responseText = JSON.stringify(body);
    this.onload?.();
  }
}

let panel: Panel;
let more: More;
let said: [string, readonly string[]][];
let frames: ClientFrame[];

beforeEach(() => {
  Line.all = [];
  vi.stubGlobal("XMLHttpRequest", Line);
  said = [];
  frames = [];
  panel = new Panel({ press: (text) => said.push([text, []]), open: () => undefined, close: () => undefined, typing: () => undefined });
  document.body.replaceChildren(panel.root, panel.launcher);
  more = new More(panel, "https://desk.example", { t, say: (text, files) => said.push([text, files]), send: (frame) => frames.push(frame) });
});
afterEach(() => vi.unstubAllGlobals());

const online = (over: Partial<Chat> = {}): Chat => ({ ...emptyChat("us"), line: "online", token: "tok", conversationId: "cnv_1", ...over });
const shown = (...entries: ReturnType<typeof entry>[]) => entries.map((e, i) => ({ key: `k${i}`, entry: { ...e, entry_no: i + 1 } }));
function show(chat: Chat, open = true): void {
  panel.show(chat, open, "Ask us", 0, []);
  more.show(chat, open);
}
const ui = () => within(panel.root);
const tray = () => ui().getByRole("list", { name: "Files" });

function choose(...names: string[]): void {
  const input = panel.root.querySelector<HTMLInputElement>("input[type=file]");
  const files = names.map((name) => new File(["bytes"], name));
  Object.defineProperty(input, "files", { value: files, configurable: true });
  input?.onchange?.(new Event("change"));
}
function send(text = ""): void {
  panel.input.value = text;
  panel.root.querySelector("form")?.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
}

test("a chosen file is brought at once, and goes out with the words", () => {
  show(online());
  choose("lamp.png");
  const line = Line.all[0];
  expect(line?.url).toBe("https://desk.example/api/v1/attachments?name=lamp.png");
  expect(line?.headers).toEqual({ "X-Customer-Token": "tok" });
  line?.upload.onprogress?.({ loaded: 2, total: 4 });
  expect(ui().getByRole<HTMLProgressElement>("progressbar", { name: "lamp.png" }).value).toBe(0.5);
  line?.answers(201, { attachment_id: "att_1" });
  expect(ui().getByRole("status").textContent).toBe("lamp.png is attached");
  send("It came like this");
  expect(said).toEqual([["It came like this", ["att_1"]]]);
  expect(tray().children).toHaveLength(0);
});

test("a message waits for its files, and says so", () => {
  show(online());
  choose("lamp.png");
  send("It came like this");
  expect(said).toEqual([]);
  expect(ui().getByRole("status").textContent).toBe("Some files are still on their way.");
  expect(panel.input.value).toBe("It came like this");
});

test("files alone are a message too, named as the engine names them", () => {
  show(online());
  choose("a.png", "b.pdf");
  Line.all.forEach((line, i) => line.answers(201, { attachment_id: `att_${i}` }));
  send();
  expect(said).toEqual([["[a.png] [b.pdf]", ["att_0", "att_1"]]]);
});

test("why a file was not taken is said, and the message goes without it", () => {
  show(online());
  choose("setup.exe");
  Line.all[0]?.answers(415, { title: "This kind of file is not taken.", detail: "Send a picture or a PDF." });
  expect(within(tray()).getByRole("alert").textContent).toContain("This kind of file is not taken. Send a picture or a PDF.");
  send("Here it is");
  expect(said).toEqual([["Here it is", []]]);
});

test("what broke off can be tried again, and what is not wanted is taken away", () => {
  show(online());
  choose("lamp.png");
  Line.all[0]?.onerror?.();
  ui().getByRole("button", { name: "Try again" }).click();
  expect(Line.all).toHaveLength(2);
  ui().getByRole("button", { name: "Remove lamp.png" }).click();
  expect(Line.all[1]?.aborted).toBe(true);
  expect(tray().children).toHaveLength(0);
});

test("without a connection a file waits, and goes by itself when it is back", () => {
  show(online({ line: "offline" }));
  choose("lamp.png");
  expect(Line.all).toHaveLength(0);
  expect(tray().textContent).toContain("waits for the connection");
  show(online());
  expect(Line.all).toHaveLength(1);
});

test("a file of a message is a button under its words; words that only name it make room", () => {
  const file = { name: "terms.pdf", media_type: "application/pdf", size: 48210, attachment_id: "att_1", url: null };
  show(online({ shown: shown(fromCustomer("[terms.pdf]", { attachments: [file] })) }));
  const log = ui().getByRole("log");
  expect(within(log).getByRole("button", { name: "terms.pdf, 48 kB" })).toBeTruthy();
  expect(log.textContent).not.toContain("[terms.pdf]");
});

test("the customer reads by whom the newest words were read, until they say something else", () => {
  const hello = fromCustomer("Hello?", { message_id: "a" });
  const seen = { type: "seen", entry_no: 1, by: "Runa" } as const;
  const chat = receive(online({ shown: shown(hello) }), seen);
  show(chat);
  expect(ui().getByRole("log").textContent).toContain("read by Runa");
  show({ ...chat, shown: shown(hello, fromCustomer("Anybody?", { message_id: "b" })) });
  expect(ui().getByRole("log").textContent).not.toContain("read by Runa");
});

test("what is in sight is told once, and nothing while the chat is closed", () => {
  const chat = online({ shown: shown(fromCustomer("Hello?", { message_id: "a" }), entry({ message_id: "b", text: "Hello." })) });
  show(chat, false);
  expect(frames).toEqual([]);
  show(chat);
  show(chat);
  expect(frames).toEqual([{ type: "read", entry_no: 2 }]);
});

test("a frame that a newer engine sends changes nothing", () => {
  const chat = online();
  expect(receive(chat, { type: "hologram" } as never)).toBe(chat);
});
