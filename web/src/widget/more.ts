import { safeUrl } from "../shared/cited";
import type { Attached, Entry } from "../shared/entry";
import { newId } from "../shared/id";
import { isOwn, type Chat, type Shown } from "./chat";
import { drawn, el, reconcile, type Item } from "./dom";
import css from "./more.css?inline";
import type { Panel } from "./panel";
import type { ClientFrame } from "./protocol";
import { bring, sizeText, type Upload } from "./uploads";

const CLIP = "M13 7.2 7.7 12.5a3.2 3.2 0 0 1-4.5-4.5l5.6-5.6a2.1 2.1 0 0 1 3 3L6.3 10.9a1 1 0 0 1-1.5-1.5l4.9-4.9";
const CROSS = "m4 4 8 8M12 4l-8 8";
const SHEET = "M4 2h5l3 3v9H4zM9 2v3h3";
const PICTURES = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"];

/** What the widget's core lends: its words, and its line. */
export interface Lent {
  t(text: string, ...values: (string | number)[]): string;
  say(text: string, attachments: readonly string[]): void;
  send(frame: ClientFrame): void;
}

/** Files and receipts: what is loaded when the chat is first opened. */
export class More {
  private chat: Chat | null = null;
  private open = false;
  private told = 0;
  private uploads: Upload[] = [];
  private readonly running = new Map<string, XMLHttpRequest>();
  private readonly pick = el("input", { type: "file", multiple: "", hidden: "", tabindex: "-1" });
  private readonly add = el("button", { type: "button", class: "ib clip" }, drawn(CLIP));
  private readonly tray = el("ul", { class: "tray" });
  private readonly status = el("p", { class: "vh", role: "status" });

  constructor(
    private readonly panel: Panel,
    private readonly server: string,
    private readonly lent: Lent,
  ) {
    const { root, input } = panel;
    const shadow = root.getRootNode();
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    if (shadow instanceof ShadowRoot) shadow.adoptedStyleSheets.push(sheet);
    input.before(this.tray, this.add, this.pick);
    root.append(this.status);
    this.add.onclick = () => this.pick.click();
    this.pick.onchange = () => {
      this.take(this.pick.files);
      this.pick.value = "";
    };
    input.addEventListener("paste", (event) => this.take(event.clipboardData?.files));
    root.addEventListener("submit", (event) => this.submit(event), true);
    this.droppable(root);
    document.addEventListener("visibilitychange", () => this.read());
  }

  /** Brings itself up to date with the chat, after everything else was shown. */
  show(chat: Chat, open: boolean): void {
    const back = chat.line === "online" && this.chat?.line !== "online";
    this.chat = chat;
    this.open = open;
    if (back) this.told = 0;
    this.add.setAttribute("aria-label", this.lent.t("Add a file"));
    this.tray.setAttribute("aria-label", this.lent.t("Files"));
    this.uploads.forEach((one) => one.state.kind === "waits" && this.begin(one));
    chat.shown.forEach((shown) => this.withFiles(shown));
    this.receipt(chat);
    this.read();
  }

  private take(files: FileList | null | undefined): void {
    for (const file of files ?? []) {
      const upload: Upload = { key: newId(), file, state: { kind: "waits" } };
      this.uploads.push(upload);
      this.begin(upload);
    }
    this.draw();
    if (files?.length) this.panel.input.focus();
  }

  private begin(upload: Upload): void {
    if (this.chat?.line !== "online" || !this.chat.token) return;
    const place = { server: this.server, token: this.chat.token };
    this.running.set(upload.key, bring(place, upload, () => this.changed(upload)));
  }

  private changed(upload: Upload): void {
    if (upload.state.kind === "there") this.status.textContent = this.lent.t("{} is attached", upload.file.name);
    this.draw();
  }

  private remove(upload: Upload): void {
    this.running.get(upload.key)?.abort();
    this.uploads = this.uploads.filter((one) => one !== upload);
    this.draw();
    this.panel.input.focus();
  }

  /** A message with files goes out with them; one whose files are still on their way waits for them. */
  private submit(event: Event): void {
    const underWay = this.uploads.some(({ state }) => state.kind === "waits" || state.kind === "goes");
    const there = this.uploads.flatMap(({ state, file }) => (state.kind === "there" ? [{ id: state.id, name: file.name }] : []));
    if (!underWay && !there.length) return;
    event.preventDefault();
    event.stopPropagation();
    if (underWay) {
      this.status.textContent = "";
      this.status.textContent = this.lent.t("Some files are still on their way.");
      return;
    }
    const { input } = this.panel;
    this.lent.say(input.value.trim() || nameless(there), there.map(({ id }) => id));
    input.value = input.style.height = "";
    this.uploads = [];
    this.draw();
    this.panel.toEnd();
  }

  private draw(): void {
    reconcile(this.tray, this.uploads.map((one) => this.line(one)));
    for (const one of this.uploads) {
      const bar = this.tray.querySelector<HTMLProgressElement>(`[data-key="${one.key}"] progress`);
      if (bar && one.state.kind === "goes") bar.value = one.state.share;
    }
  }

  private line(upload: Upload): Item {
    const { t } = this.lent;
    const { file, state, key } = upload;
    const version = state.kind === "refused" ? `refused ${state.why}` : state.kind;
    return {
      key,
      version,
      build: () => {
        const remove = el("button", { type: "button", class: "ib", "aria-label": t("Remove {}", file.name) }, drawn(CROSS));
        remove.onclick = () => this.remove(upload);
        const name = el("bdi", {}, file.name);
        if (state.kind !== "refused") {
          const more = state.kind === "goes" ? el("progress", { max: "1", "aria-label": file.name }) : el("small", {}, state.kind === "there" ? sizeText(file.size) : t("waits for the connection"));
          return el("li", {}, drawn(SHEET), el("span", { class: "nm" }, name), more, remove);
        }
        const why = el("small", { role: "alert" }, ` ${state.why ?? t("It could not be sent.")}`);
        const row = el("li", { class: "bad" }, drawn(SHEET), el("span", { class: "nm" }, name, why));
        if (!state.why) row.append(this.again(upload));
        row.append(remove);
        return row;
      },
    };
  }

  private again(upload: Upload): HTMLElement {
    const again = el("button", { type: "button", class: "opt" }, this.lent.t("Try again"));
    again.onclick = () => {
      upload.state = { kind: "waits" };
      this.begin(upload);
      this.draw();
    };
    return again;
  }

  private droppable(root: HTMLElement): void {
    root.ondragover = (event) => {
      event.preventDefault();
      root.classList.add("drop");
    };
    root.ondragleave = () => root.classList.remove("drop");
    root.ondrop = (event) => {
      event.preventDefault();
      root.classList.remove("drop");
      this.take(event.dataTransfer?.files);
    };
  }

  /** Puts the files of a message under its words, once; words that only name the files make room for them. */
  private withFiles({ key, entry }: Shown): void {
    const files = entry.attachments;
    const node = files?.length ? this.panel.root.querySelector<HTMLElement>(`.log > [data-key="${CSS.escape(key)}"]`) : null;
    if (!files || !node || node.querySelector(".files")) return;
    if (entry.text === nameless(files)) node.replaceChildren();
    node.append(el("ul", { class: "files", "aria-label": this.lent.t("Files") }, ...files.map((file) => el("li", {}, this.file(file)))));
  }

  private file(file: Attached): HTMLElement {
    const label = file.size === null ? file.name : `${file.name}, ${sizeText(file.size)}`;
    const button = el("button", { type: "button" }, drawn(SHEET), el("bdi", {}, label));
    button.onclick = () => void this.address(file).then((url) => url && window.open(url, "_blank", "noopener"));
    if (file.attachment_id && PICTURES.includes(file.media_type)) void this.picture(file, button);
    return button;
  }

  private async picture(file: Attached, button: HTMLElement): Promise<void> {
    const src = await this.address(file);
    if (src) button.replaceChildren(el("img", { src, alt: file.name }));
  }

  /** Where a file is read: a link of the engine that ends soon, or where its channel has it. */
  private async address(file: Attached): Promise<string | null> {
    if (!file.attachment_id) return file.url && safeUrl(file.url);
    const { server } = this;
    const headers = { "X-Customer-Token": this.chat?.token ?? "" };
    const answer = await fetch(`${server}/api/v1/attachments/${file.attachment_id}/link`, { method: "POST", headers }).catch(() => null);
    if (!answer?.ok) return null;
    return new URL(((await answer.json()) as { url: string }).url, server).href;
  }

  /** Says under the newest words of the customer that a person has read them. */
  private receipt({ seen, shown }: Chat): void {
    const line = this.panel.root.querySelector('.log > [data-key="sent"]')?.lastChild;
    const last = shown.findLast(({ entry }) => isOwn(entry));
    if (!line || !last) return;
    const read = seen && seen.entry_no >= last.entry.entry_no;
    const text = read ? this.lent.t("read by {}", seen.by) : this.lent.t("sent");
    if (line.textContent !== text) line.textContent = text;
  }

  /** Tells the engine what the customer has in sight; nothing while the chat is closed or the page is hidden. */
  private read(): void {
    const chat = this.chat;
    if (!chat || !this.open || chat.line !== "online" || document.visibilityState !== "visible") return;
    const last = chat.shown.findLast(({ entry }: { entry: Entry }) => !isOwn(entry))?.entry.entry_no ?? 0;
    if (last <= this.told) return;
    this.told = last;
    this.lent.send({ type: "read", entry_no: last });
  }
}

/** What stands for the text of a message that is nothing but files, as the engine writes it. */
function nameless(files: readonly { name: string }[]): string {
  return files.map(({ name }) => `[${name}]`).join(" ");
}
