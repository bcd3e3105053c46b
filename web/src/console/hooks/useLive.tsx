import { useQueryClient, type QueryClient, type QueryKey } from "@tanstack/react-query";
import { createContext, useContext, useEffect, useState, type ReactNode } from "react";
import { backoffMs } from "../../shared/backoff";
import type { LiveEvent, LiveFrame } from "../api/types";
import { remember, staleAfter, type Line } from "./live";

const GATHER_MS = 40;
const NOT_SIGNED_IN = 1008;

export interface Live {
  line: Line;
  events: readonly LiveEvent[];
}

const LiveContext = createContext<Live>({ line: { kind: "connecting" }, events: [] });

/** Keeps one line to the engine open and asks again for what its events made stale. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [line, setLine] = useState<Line>({ kind: "connecting" });
  const [events, setEvents] = useState<readonly LiveEvent[]>([]);
  useEffect(() => {
    const stale = gather(client);
    return listen({
      line: setLine,
      heard: (event) => {
        setEvents((before) => remember(before, event));
        staleAfter(event).forEach(stale);
      },
      missed: () => void client.invalidateQueries(),
    });
  }, [client]);
  return <LiveContext value={{ line, events }}>{children}</LiveContext>;
}

export function useLive(): Live {
  return useContext(LiveContext);
}

/** Events come in bursts; what they made stale is asked for once a burst. */
function gather(client: QueryClient): (key: QueryKey) => void {
  const waiting = new Map<string, QueryKey>();
  return (queryKey) => {
    if (waiting.size === 0)
      setTimeout(() => {
        for (const key of waiting.values()) void client.invalidateQueries({ queryKey: key });
        waiting.clear();
      }, GATHER_MS);
    waiting.set(JSON.stringify(queryKey), queryKey);
  };
}

interface Ear {
  line(line: Line): void;
  heard(event: LiveEvent): void;
  missed(): void;
}

/** Listens until told to stop; after a break it continues after the last event it heard. */
function listen(ear: Ear): () => void {
  let ws: WebSocket | null = null;
  let last = "";
  let attempt = 0;
  let timer = 0;
  let since = 0;

  const connect = (): void => {
    const origin = location.origin.replace(/^http/, "ws");
    ws = new WebSocket(`${origin}/ws/console${last && `?last_event_id=${encodeURIComponent(last)}`}`);
    ws.onopen = () => {
      if (since) ear.missed();
      attempt = since = 0;
      ear.line({ kind: "live" });
    };
    ws.onmessage = (message: MessageEvent<string>) => {
      const frame = JSON.parse(message.data) as LiveFrame;
      if (frame.type === "pong" || frame.type === "error") return;
      last = frame.event_id ?? last;
      if (frame.type === "resync") return ear.missed();
      ear.heard(frame);
    };
    ws.onclose = (closed) => {
      if (closed.code === NOT_SIGNED_IN) ear.missed();
      const wait = backoffMs(attempt++, Math.random());
      since ||= Date.now();
      ear.line({ kind: "offline", since, againAt: Date.now() + wait });
      timer = window.setTimeout(connect, wait);
    };
  };
  connect();
  return () => {
    clearTimeout(timer);
    if (ws) ws.onclose = null;
    ws?.close();
  };
}
