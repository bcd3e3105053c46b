import { backoffMs } from "../../shared/backoff";
import type { LiveEvent, LiveFrame } from "../api/types";
import type { Line } from "./live";

const NOT_SIGNED_IN = 1008;

/** Who hears what comes over the line. */
export interface Ear {
  line(line: Line): void;
  heard(event: LiveEvent): void;
  /** A customer is writing just now. */
  typing?(conversationId: string): void;
  /** A customer has read up to a line. */
  read?(conversationId: string, entryNo: number): void;
  /** Something may have been missed: everything on the screen has to be asked for again. */
  missed(): void;
}

interface Patience {
  /** So often the console says that somebody is there; a line on which no answer comes is opened anew. */
  beatMs: number;
  /** How long to wait before attempt `n`. */
  waitMs(n: number): number;
}

const USUAL: Patience = { beatMs: 15_000, waitMs: (n) => backoffMs(n, Math.random()) };

/**
 * Listens until told to stop. After a break it goes on after the last event it heard, and what is on the screen is
 * asked for again. A line that is only half dead, as after a night with the lid closed, is noticed by a beat without
 * an answer, or at once when the machine wakes or finds its network again.
 */
export function listen(ear: Ear, { beatMs, waitMs }: Patience = USUAL): () => void {
  let ws: WebSocket | null = null;
  let last = "";
  let attempt = 0;
  let timer = 0;
  let since = 0;
  let unanswered = 0;
  let beatAt = Date.now();

  const connect = (): void => {
    const origin = location.origin.replace(/^http/, "ws");
    const line = new WebSocket(`${origin}/ws/console?${last ? `last_event_id=${encodeURIComponent(last)}` : "recent"}&bundle`);
    ws = line;
    line.onopen = () => {
      if (since) ear.missed();
      attempt = since = unanswered = 0;
      ear.line({ kind: "live" });
    };
    line.onmessage = (message: MessageEvent<string>) => {
      unanswered = 0;
      const frame = JSON.parse(message.data) as LiveFrame;
      if (frame.type === "pong" || frame.type === "error") return;
      if (frame.type === "typing") return frame.who === "customer" ? ear.typing?.(frame.conversation_id) : undefined;
      if (frame.type === "read") return frame.who === "customer" ? ear.read?.(frame.conversation_id, frame.entry_no) : undefined;
      last = frame.event_id ?? last;
      if (frame.type === "resync") return ear.missed();
      if (frame.type === "events") return frame.events.forEach(ear.heard);
      ear.heard(frame);
    };
    line.onclose = (closed) => again(line, closed.code);
  };
  const again = (line: WebSocket, code: number): void => {
    if (ws !== line) return;
    ws = null;
    line.onclose = line.onmessage = null;
    if (code === NOT_SIGNED_IN) ear.missed();
    const wait = waitMs(attempt++);
    since ||= Date.now();
    ear.line({ kind: "offline", since, againAt: Date.now() + wait });
    timer = window.setTimeout(connect, wait);
  };
  // A dead line may take minutes to close by itself: it is left behind.
  const giveUp = (): void => {
    const line = ws;
    if (!line) return;
    again(line, 0);
    line.close();
  };
  const beat = (): void => {
    const slept = Date.now() - beatAt > 3 * beatMs;
    beatAt = Date.now();
    if (ws?.readyState !== WebSocket.OPEN) return;
    if (slept || unanswered++ > 1) return giveUp();
    ws.send('{"type":"ping"}');
  };
  const woken = (): void => {
    if (ws) return beat();
    clearTimeout(timer);
    connect();
  };
  connect();
  const beats = window.setInterval(beat, beatMs);
  window.addEventListener("online", woken);
  window.addEventListener("offline", giveUp);
  return () => {
    clearTimeout(timer);
    clearInterval(beats);
    window.removeEventListener("online", woken);
    window.removeEventListener("offline", giveUp);
    if (ws) ws.onclose = null;
    ws?.close();
    ws = null;
  };
}
