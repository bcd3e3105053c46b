import { useQueryClient } from "@tanstack/react-query";
import { createContext, useContext, useEffect, useState, type ReactNode } from "react";
import type { LiveEvent, Me } from "../api/types";
import { listen } from "./listen";
import { remember, staleAfter, type Line } from "./live";
import { listsIn } from "./lists";
import { refresher } from "./refresh";
import { readUpTo } from "./useIdentity";
import { typed, written } from "./useTyping";

export interface Live {
  line: Line;
  events: readonly LiveEvent[];
}

const LiveContext = createContext<Live>({ line: { kind: "connecting" }, events: [] });

/** Keeps one line to the engine open and asks again for what its events made stale. */
export function LiveProvider({ me, children }: { me: Me; children: ReactNode }) {
  const client = useQueryClient();
  const [line, setLine] = useState<Line>({ kind: "connecting" });
  const [events, setEvents] = useState<readonly LiveEvent[]>([]);
  const myId = me.agent_id;
  useEffect(() => {
    const stale = refresher(client);
    return listen({
      line: setLine,
      heard: (event) => {
        setEvents((before) => remember(before, event));
        if (event.type === "message.received" && event.conversation_id) written(event.conversation_id);
        staleAfter(event, { myId, lists: listsIn(client) }).forEach(stale);
      },
      typing: typed,
      read: (id, entryNo) => readUpTo(client, id, entryNo),
      missed: () => void client.invalidateQueries(),
    });
  }, [client, myId]);
  return <LiveContext value={{ line, events }}>{children}</LiveContext>;
}

export function useLive(): Live {
  return useContext(LiveContext);
}
