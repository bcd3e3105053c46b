import { backoffMs } from "../shared/backoff";
import { readFrame, type ClientFrame, type ServerFrame } from "./protocol";

const HEARTBEAT_MS = 30_000;
const SILENCE_MS = 40_000;

export interface Listener {
  /** The line is open: say hello. */
  opened(): void;
  received(frame: ServerFrame): void;
  /** The line is gone; it is tried again by itself. */
  lost(): void;
}

/** A WebSocket that comes back by itself, notices silence, and never throws when it is closed. */
export class Socket {
  #ws: WebSocket | null = null;
  #attempt = 0;
  #timer = 0;
  #heartbeat = 0;
  #heardAt = 0;

  readonly #url: string;
  readonly #listener: Listener;

  constructor(url: string, listener: Listener) {
    this.#url = url;
    this.#listener = listener;
  }

  start(): void {
    addEventListener("online", this.#again);
    this.#connect();
  }

  stop(): void {
    removeEventListener("online", this.#again);
    this.#drop();
  }

  send(frame: ClientFrame): void {
    if (this.#ws?.readyState === WebSocket.OPEN) this.#ws.send(JSON.stringify(frame));
  }

  readonly #again = (): void => {
    if (this.#ws?.readyState !== WebSocket.OPEN) this.#connect();
  };

  #connect(): void {
    this.#drop();
    const ws = new WebSocket(this.#url);
    this.#ws = ws;
    ws.onopen = () => {
      this.#heardAt = Date.now();
      this.#heartbeat = window.setInterval(() => this.#beat(), HEARTBEAT_MS);
      this.#listener.opened();
    };
    ws.onmessage = (event: MessageEvent<string>) => {
      this.#heardAt = Date.now();
      const frame = readFrame(event.data);
      if (frame.type !== "error") this.#attempt = 0;
      this.#listener.received(frame);
    };
    ws.onclose = () => this.retry();
  }

  #beat(): void {
    if (Date.now() - this.#heardAt > SILENCE_MS) this.retry();
    else this.send({ type: "ping" });
  }

  /** Gives the line up and tries it again after a while. */
  retry(): void {
    this.#drop();
    this.#listener.lost();
    this.#timer = window.setTimeout(() => this.#connect(), backoffMs(this.#attempt++, Math.random()));
  }

  #drop(): void {
    clearTimeout(this.#timer);
    clearInterval(this.#heartbeat);
    if (!this.#ws) return;
    this.#ws.onclose = this.#ws.onmessage = this.#ws.onopen = null;
    this.#ws.close();
    this.#ws = null;
  }
}
