import { createServer, type Server } from "node:http";

/** A loopback server that answers every request alike, unless told otherwise, and keeps what was asked of it. */
export class FakeEngine {
  readonly asked: { method: string | undefined; url: string | undefined; guard: unknown; body: unknown }[] = [];
  private answer: { status: number; body: object } = { status: 200, body: {} };
  private readonly at = new Map<string, object>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<FakeEngine> {
    const server = createServer();
    const engine = new FakeEngine(server);
    server.on("request", (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const body: unknown = JSON.parse(Buffer.concat(chunks).toString() || "null");
        engine.asked.push({ method: request.method, url: request.url, guard: request.headers["x-frontdesk"], body });
        const own = [...engine.at].find(([part]) => request.url?.includes(part))?.[1];
        response.writeHead(own ? 200 : engine.answer.status, { "Content-Type": "application/json" });
        response.end(JSON.stringify(own ?? engine.answer.body));
      });
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    return engine;
  }

  answers(status: number, body: object): void {
    this.answer = { status, body };
    this.asked.length = 0;
    this.at.clear();
  }

  /** Answers addresses that have a part in them otherwise than all the others. */
  answersAt(part: string, body: object): void {
    this.at.set(part, body);
  }

  get origin(): string {
    const address = this.server.address();
    return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  }

  stop(): Promise<void> {
    return new Promise((stopped) => {
      this.server.close(() => stopped());
      this.server.closeAllConnections();
    });
  }
}
