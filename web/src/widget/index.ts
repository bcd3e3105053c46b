import { newId } from "../shared/id";
import { emptyChat, lastEntryNo, receive, say, unsent, type Chat, type Pending } from "./chat";
import { keep, recall } from "./memory";
import type { More } from "./more";
import { Panel } from "./panel";
import type { ClientFrame, ServerFrame } from "./protocol";
import { Socket } from "./socket";
import css from "./style.css?inline";
import { speak, t } from "./words";

const script = document.currentScript;
const home = script instanceof HTMLScriptElement ? new URL(script.src).origin : location.origin;

/**
 * `<frontdesk-chat>`: the customer's chat. Attributes: `server` (where the engine is; default: where this script
 * came from), `company`, `label`, `lang` (default: the page's), `starters` (first questions, divided by `|`), `customer-id` (demo only), `open`.
 * Tells the page `frontdesk-conversation` with the conversation's id.
 */
class FrontdeskChat extends HTMLElement {
  static readonly observedAttributes = ["open"];
  #chat: Chat = emptyChat("us");
  #socket: Socket | null = null;
  #seen = 0;
  #typedAt = 0;
  #more?: More;
  #learning?: Promise<void>;
  readonly #panel = new Panel({
    press: (title, payload) => this.#say(title, payload),
    open: () => this.toggleAttribute("open", true),
    close: () => this.toggleAttribute("open", false),
    typing: () => this.#typing(),
  });

  connectedCallback(): void {
    if (!this.shadowRoot) this.#dress();
    const kept = recall(this.#key);
    this.#chat = { ...emptyChat(this.getAttribute("company") ?? "us"), ...kept };
    this.#connect();
    this.#show();
    void this.#learnWords();
  }

  disconnectedCallback(): void {
    this.#socket?.stop();
  }

  attributeChangedCallback(_name: string, before: string | null, now: string | null): void {
    if (!this.shadowRoot || (before === null) === (now === null)) return;
    this.#show();
    if (now === null) this.#panel.launcher.focus();
    else {
      this.#panel.input.focus();
      this.#panel.toEnd();
    }
  }

  /** Leaves this conversation on the page and begins with an empty one. */
  startOver(): void {
    this.#socket?.stop();
    keep(this.#key, { token: null, pending: [] });
    this.#chat = emptyChat(this.#chat.company);
    this.#connect();
    this.#show();
  }

  #dress(): void {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    const shadow = this.attachShadow({ mode: "open" });
    shadow.adoptedStyleSheets = [sheet];
    shadow.append(this.#panel.root, this.#panel.launcher);
  }

  async #learnWords(): Promise<void> {
    const wanted = this.lang || document.documentElement.lang || navigator.language;
    this.dir = await speak(wanted, this.#server).catch(() => "");
    this.#show();
  }

  #connect(): void {
    this.#socket = new Socket(`${this.#server.replace(/^http/, "ws")}/ws/chat`, {
      opened: () => this.#hello(),
      received: (frame) => this.#hear(frame),
      lost: () => this.#change({ ...this.#chat, line: "offline", working: false }),
    });
    this.#socket.start();
  }

  #hello(): void {
    const token = this.#chat.token;
    const customer = this.getAttribute("customer-id");
    // A link from another channel: https://shop.example/help#frontdesk=K7PQM-2XAHD
    const link = /[#&]frontdesk=([\w-]{1,40})/.exec(location.hash)?.[1] ?? null;
    this.#socket?.send({ type: "hello", token, customer_id: customer, link, last_entry_no: lastEntryNo(this.#chat) });
  }

  #hear(frame: ServerFrame): void {
    // A fault of the engine is no fault of the message: it stays kept and goes out again later.
    if (frame.type === "error" && frame.problem.status >= 500) return this.#socket?.retry();
    this.#change(receive(this.#chat, frame));
    if (frame.type !== "welcome") return;
    unsent(this.#chat).forEach((p) => this.#send(p));
    const detail = { conversation_id: frame.conversation_id };
    this.dispatchEvent(new CustomEvent("frontdesk-conversation", { detail, bubbles: true }));
  }

  /** Lets a person who answers see that somebody writes, and keeps the sitting open; said again only after a while. */
  #typing(): void {
    if (Date.now() - this.#typedAt < 3000) return;
    this.#typedAt = Date.now();
    this.#socket?.send({ type: "typing" });
  }

  #say(text: string, payload: string | null, attachments?: readonly string[]): void {
    this.#change(say(this.#chat, newId(), text, payload, attachments));
    const said = this.#chat.pending.at(-1);
    if (said && this.#chat.line === "online") this.#send(said);
  }

  #send({ id, text, payload, attachments }: Pending): void {
    this.#socket?.send({ type: "message", id, text, payload, ...(attachments && { attachments }) });
  }

  /** Files and receipts come when the chat is first opened; without them it works as well. */
  async #learnMore(): Promise<void> {
    const { More } = (await import(/* @vite-ignore */ `${this.#server}/static/more.js`)) as typeof import("./more");
    const lent = { t, say: (text: string, files: readonly string[]) => this.#say(text, null, files), send: (frame: ClientFrame) => this.#socket?.send(frame) };
    this.#more = new More(this.#panel, this.#server, lent);
    this.#show();
  }

  #change(chat: Chat): void {
    this.#chat = chat;
    keep(this.#key, { token: chat.token, pending: [...chat.pending] });
    this.#show();
  }

  #show(): void {
    const open = this.hasAttribute("open");
    const said = this.#chat.shown.filter(({ entry }) => entry.direction === "outbound").length;
    if (open) this.#seen = said;
    const starters = (this.getAttribute("starters") ?? "").split("|").filter(Boolean);
    this.#panel.show(this.#chat, open, this.getAttribute("label") ?? t("Ask us"), said - this.#seen, starters);
    if (open) this.#learning ??= this.#learnMore().catch(() => {});
    this.#more?.show(this.#chat, open);
  }

  get #server(): string {
    return (this.getAttribute("server") ?? home).replace(/\/$/, "");
  }

  get #key(): string {
    return `frontdesk:${this.#server}:${this.getAttribute("customer-id") ?? ""}`;
  }
}

if (!customElements.get("frontdesk-chat")) customElements.define("frontdesk-chat", FrontdeskChat);
