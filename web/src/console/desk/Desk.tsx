import { useRef, useState } from "react";
import type { Me, Row } from "../api/types";
import { ContextPane } from "../context/ContextPane";
import { talkAt, type Route } from "../hooks/route";
import { useClaim, useConversation } from "../hooks/useConversation";
import { useKeys } from "../hooks/useKeys";
import { go } from "../hooks/useRoute";
import { MOST_ROWS, useRows, type Filter } from "../hooks/useRows";
import { ConversationList } from "../list/ConversationList";
import { matching, neighbour, queueGroups, type Group } from "../list/rows";
import { Nothing } from "../shell/Nothing";
import { Talk } from "../talk/Talk";
import { WhyRoom } from "../why/WhyRoom";

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
  const [words, search] = useState("");
  const [context, setContext] = useState(false);
  const searchBox = useRef<HTMLInputElement>(null);
  const lists = useLists(filter, me);
  const groups = matching(lists.groups, words);
  const current = route.kind === "list" ? null : route.id;
  const conversation = useConversation(current);
  const choose = (next: Filter): void => {
    pick(next);
    search("");
  };
  useListKeys({ groups, current, waiting: lists.waiting, me, searchBox, help, back: () => (context ? setContext(false) : go("#/")) });

  if (route.kind === "why" && conversation.data)
    return (
      <div className="panes panes-why">
        <WhyRoom conversation={conversation.data} seq={route.seq} />
      </div>
    );
  return (
    <div className="panes">
      <ConversationList {...{ filter, choose, groups, current, offline, words, search, searchBox, help }} counts={lists.counts} state={lists.state} />
      {conversation.data ? (
        <>
          <Talk conversation={conversation.data} me={me} offline={offline} showContext={() => setContext(true)} />
          <ContextPane conversation={conversation.data} open={context} close={() => setContext(false)} />
        </>
      ) : (
        <Nothing chosen={current !== null} error={conversation.error} again={() => void conversation.refetch()} />
      )}
    </div>
  );
}

interface ListKeys {
  groups: readonly Group[];
  current: string | null;
  waiting: readonly Row[];
  me: Me;
  searchBox: React.RefObject<HTMLInputElement | null>;
  help(): void;
  back(): void;
}

/** The keys that move through the list. */
function useListKeys({ groups, current, waiting, me, searchBox, help, back }: ListKeys): void {
  const claim = useClaim(me);
  const rows = groups.flatMap((g) => g.rows);
  const move = (step: 1 | -1) => () => {
    const next = neighbour(rows, current, step);
    if (next) go(talkAt(next));
  };
  const claimNext = (): void => {
    const next = waiting.find((r) => r.owner === null)?.conversation_id;
    if (next) claim.mutate(next, { onSuccess: () => go(talkAt(next)) });
  };
  useKeys({ j: move(1), k: move(-1), c: claimNext, "?": help, "/": () => searchBox.current?.focus(), Escape: back });
}

/** The lists behind the tabs; the three counted ones are always fresh. */
function useLists(filter: Filter, me: Me) {
  const waiting = useRows("waiting");
  const mine = useRows("mine");
  const approvals = useRows("approvals");
  const all = useRows("all", filter === "all");
  const shown = { waiting, mine, approvals, all }[filter];
  const room = `${me.load} of ${me.max_load}`;
  const single = (title: string): Group[] => (shown.data?.length ? [{ title, aside: shown.data.length < MOST_ROWS ? "" : `the first ${MOST_ROWS}`, rows: shown.data }] : []);
  const titles = { mine: "Yours", approvals: "Waiting for a decision", all: "Newest first" };
  return {
    groups: filter === "waiting" ? queueGroups(mine.data ?? [], waiting.data ?? [], room) : single(titles[filter]),
    waiting: waiting.data ?? [],
    counts: { waiting: waiting.data?.length ?? 0, mine: mine.data?.length ?? 0, approvals: approvals.data?.length ?? 0 },
    state: { loading: shown.isPending, error: shown.error, loadedAt: shown.dataUpdatedAt, again: () => void shown.refetch() },
  };
}
