import type { RefObject } from "react";
import type { Me, Row } from "../api/types";
import { talkAt } from "../hooks/route";
import { useClaim } from "../hooks/useConversation";
import { useKeys } from "../hooks/useKeys";
import { go } from "../hooks/useRoute";
import { neighbour, type Group } from "../list/rows";

interface ListKeys {
  groups: readonly Group[];
  current: string | null;
  waiting: readonly Row[];
  me: Me;
  searchBox: RefObject<HTMLInputElement | null>;
  help(): void;
  back(): void;
}

/** The keys that move through the list, and what claims the next that waits. */
export function useListKeys({ groups, current, waiting, me, searchBox, help, back }: ListKeys): { claimNext(): void } {
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
  return { claimNext };
}
