import { unsent, type Chat } from "./chat";
import { el, icon, reconcile, type IconName } from "./dom";
import { lines, type Actions } from "./lines";
import { t } from "./words";

export interface PanelActions extends Actions {
  open(): void;
  close(): void;
  typing(): void;
}

/** The widget's fixed frame: launcher, header, log, composer. `show` fills it from a chat. */
export class Panel {
  readonly launcher = button("launch", "bell");
  readonly root: HTMLElement;
  readonly input = el("textarea", { rows: "1", maxlength: "4000" });
  readonly #face = el("span", { class: "av" });
  readonly #name = el("b", {});
  readonly #role = el("p", {});
  readonly #strip = el("div", { class: "strip", role: "alert" });
  readonly #log = el("div", { class: "log", role: "log", tabindex: "0" });
  readonly #unread = el("span", { class: "n" });
  readonly #label = el("span", {});
  readonly #close = button("ib", "down");
  readonly #send = button("ib go", "send");

  readonly #actions: PanelActions;

  constructor(actions: PanelActions) {
    this.#actions = actions;
    const head = el("header", {}, this.#face, el("div", { class: "who" }, this.#name, this.#role), this.#close);
    const form = el("form", { class: "in" }, this.input, this.#send);
    this.root = el("section", { class: "panel", role: "dialog" }, head, this.#strip, this.#log, el("footer", {}, form));
    this.launcher.append(this.#label, this.#unread);
    this.launcher.onclick = () => actions.open();
    this.#close.onclick = () => actions.close();
    this.#send.type = "submit";
    form.onsubmit = (event) => this.#submit(event);
    this.input.onkeydown = (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    };
    this.input.oninput = () => {
      this.#grow();
      actions.typing();
    };
    this.root.onkeydown = (event) => {
      if (event.key === "Escape") actions.close();
    };
  }

  show(chat: Chat, open: boolean, label: string, unread: number, starters: readonly string[]): void {
    this.root.hidden = !open;
    this.launcher.hidden = open;
    this.#named(chat.company);
    this.#label.textContent = label;
    this.#unread.hidden = !unread;
    this.#unread.replaceChildren(`${unread}`, el("span", { class: "vh" }, ` ${t("unread")}`));
    this.#header(chat);
    this.#connection(chat);
    const low = this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < 60;
    reconcile(this.#log, lines(chat, starters, this.#actions));
    if (low) this.toEnd();
  }

  /** What a screen reader calls the parts. */
  #named(company: string): void {
    this.root.ariaLabel = t("Chat with {}", company);
    this.input.ariaLabel = t("Write a message");
    this.#close.ariaLabel = t("Close the chat");
    this.#send.ariaLabel = t("Send");
  }

  toEnd(): void {
    this.#log.scrollTop = this.#log.scrollHeight;
  }

  #header(chat: Chat): void {
    const { kind, name } = chat.speaker;
    const person = kind === "agent" && name ? name : null;
    this.#face.className = person ? "av person" : "av";
    this.#face.replaceChildren(person ? initials(person) : icon(kind === "nobody" ? "clock" : "assist"));
    this.#name.textContent = person ?? chat.company;
    this.#role.textContent = person
      ? t("A person at {}", chat.company)
      : t(kind === "nobody" ? "A person comes next" : "Assistant, a program");
    this.input.placeholder = person ? t("Write to {}", person.split(" ")[0] ?? "") : t("Write a message");
  }

  #connection(chat: Chat): void {
    const kept = unsent(chat).length;
    const what = kept > 1 ? "No connection. {} messages are kept here and go out by themselves." : "No connection. What you write is kept here and goes out by itself.";
    const text = chat.line === "offline" ? t(what, kept) : "";
    this.#strip.hidden = !text;
    if (this.#strip.textContent !== text) this.#strip.replaceChildren(...(text ? [icon("offline"), el("span", {}, text)] : []));
  }

  #submit(event: Event): void {
    event.preventDefault();
    const text = this.input.value.trim();
    if (!text) return;
    this.input.value = "";
    this.#grow();
    this.#actions.press(text, null);
    this.toEnd();
  }

  #grow(): void {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(120, this.input.scrollHeight)}px`;
  }
}

function button(kind: string, name: IconName): HTMLButtonElement {
  return el("button", { type: "button", class: kind }, icon(name));
}

function initials(name: string): string {
  const words = name.split(/\s+/);
  return (words[0]?.[0] ?? "") + (words.length > 1 ? (words[words.length - 1]?.[0] ?? "") : "");
}
