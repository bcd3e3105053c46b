import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { Duplex } from "node:stream";

const MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** A loopback WebSocket server (RFC 6455, short text frames) that says what it is told to and keeps who came. */
export class FakeLine {
  /** The query of each connection, in the order in which they came. */
  readonly came: string[] = [];
  private open: Duplex[] = [];
  /** False: connections are accepted and then nothing is ever answered, as when a laptop slept. */
  answering = true;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<FakeLine> {
    const server = createServer();
    const line = new FakeLine(server);
    server.on("upgrade", (request: IncomingMessage, socket: Duplex) => line.greet(request, socket));
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    return line;
  }

  get origin(): string {
    const address = this.server.address();
    return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  }

  say(frame: object): void {
    for (const socket of this.open) socket.write(textFrame(JSON.stringify(frame)));
  }

  /** Cuts every connection without a word. */
  cut(): void {
    for (const socket of this.open.splice(0)) socket.destroy();
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((stopped) => this.server.close(stopped));
  }

  private greet(request: IncomingMessage, socket: Duplex): void {
    const key = createHash("sha1").update(`${request.headers["sec-websocket-key"]}${MAGIC}`).digest("base64");
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\n\r\n`);
    socket.on("error", () => undefined);
    socket.on("data", () => this.answering && socket.write(textFrame('{"type":"pong"}')));
    this.came.push(request.url?.split("?")[1] ?? "");
    this.open.push(socket);
  }
}

function textFrame(text: string): Buffer {
  const body = Buffer.from(text);
  const head = body.length < 126 ? Buffer.from([0x81, body.length]) : Buffer.from([0x81, 126, body.length >> 8, body.length & 255]);
  return Buffer.concat([head, body]);
}
