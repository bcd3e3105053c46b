import { lazy, Suspense, useCallback, useEffect, useRef, useState } from "react";
import type { Me } from "../api/types";
import { Refusal } from "../api/client";
import type { Query } from "../api/workspace";
import { ContextPane } from "../context/ContextPane";
import { talkAt, type Route } from "../hooks/route";
import { useConversation } from "../hooks/useConversation";
import { go } from "../hooks/useRoute";
import type { Filter } from "../hooks/useRows";
import { ConversationList } from "../list/ConversationList";
import { NOTHING_OFFERED } from "../list/OfferRows";
import { useNews } from "../notify/useNews";
import { Palette } from "../palette/Palette";
import { isAsked, NOTHING, readQuery, searchAt } from "../search/query";
import { Nothing } from "../shell/Nothing";
import { Talk } from "../talk/Talk";
import { WhyRoom } from "../why/WhyRoom";
import "./desk.css";
import { useListKeys } from "./useListKeys";
import { useLists } from "./useLists";

const ForkRoom = lazy(() => import("../fork/ForkRoom"));

interface Props {
  me: Me;
  route: Exclude<Route, { kind: "room" }>;
  filter: Filter;
  choose(filter: Filter): void;
  offline: boolean;
  help(): void;
}

/** The agent's room: list, conversation, context; or the why of one reply. */
export function Desk({ me, route, filter, choose: pick, offline, help }: Props) {
  const [query, search] = useSearch(route);
  const [context, setContext] = useState(false);
  const searchBox = useRef<HTMLInputElement>(null);
  const searching = isAsked(query);
  const lists = useLists(filter, query, me);
  const current = route.kind === "list" ? null : route.id;
  const conversation = useConversation(current);
  useNews(me, lists.mine, current);
  const taken = conversation.error instanceof Refusal; // what was read before is not ours to see any more
  const choose = (next: Filter): void => {
    pick(next);
    search(NOTHING);
  };
  const back = (): void => {
    if (context) setContext(false);
    else if (current === null && searching) search(NOTHING);
    else go(searchAt(query));
  };
  const keys = useListKeys({ groups: lists.groups, current, waiting: lists.waiting, me, searchBox, help, back });

  if ((route.kind === "why" || route.kind === "fork") && conversation.data) {
    const turn = { conversation: conversation.data, seq: route.seq, thread: route.thread };
    return (
      <div className="panes panes-why">
        {route.kind === "why" ? (
          <WhyRoom {...turn} />
        ) : (
          <Suspense fallback={<main className="why" aria-busy="true" aria-label="Loading the sandbox" />}>
            <ForkRoom {...turn} key={`${route.id}/${route.seq}/${route.thread ?? ""}`} />
          </Suspense>
        )}
      </div>
    );
  }
  return (
    <div className="panes">
      <ConversationList
        {...{ filter, choose, current, offline, query, searching, search, searchBox, help }}
        groups={lists.groups}
        offers={filter === "waiting" && !searching ? lists.offers : NOTHING_OFFERED}
        tasks={filter === "approvals" && !searching ? lists.tasks : []}
        counts={lists.counts}
        state={lists.state}
      />
      {conversation.data && !taken ? (
        <>
          <Talk conversation={conversation.data} me={me} offline={offline} row={[...lists.mine, ...lists.waiting].find((row) => row.conversation_id === current)} showContext={() => setContext(true)} />
          <ContextPane conversation={conversation.data} me={me} open={context} close={() => setContext(false)} />
        </>
      ) : (
        <Nothing chosen={current !== null} error={conversation.error} again={() => void conversation.refetch()} />
      )}
      <Palette me={me} conversation={conversation.data ?? null} choose={choose} search={() => searchBox.current?.focus()} help={help} claimNext={keys.claimNext} />
    </div>
  );
}

/** What is looked for: kept while conversations are opened, and written into the address, so that a link finds it. */
function useSearch(route: Props["route"]): [Query, (query: Query) => void] {
  const [query, setQuery] = useState<Query>(NOTHING);
  const told = route.kind === "list" || (route.kind === "talk" && route.search) ? route.search : null;
  const id = route.kind === "talk" ? route.id : null;
  useEffect(() => {
    if (told !== null) setQuery(readQuery(told));
  }, [told]);
  const search = useCallback(
    (next: Query) => {
      setQuery(next);
      go(id === null ? searchAt(next) : talkAt(id) + searchAt(next).slice("#/".length));
    },
    [id],
  );
  return [query, search];
}
