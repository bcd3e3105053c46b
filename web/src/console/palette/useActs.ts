import type { IconName } from "../../shared/icons";
import { useTheme } from "../../shared/theme";
import type { Conversation, Me } from "../api/types";
import { useClaim, useRelease } from "../hooks/useConversation";
import { useMyStatus } from "../hooks/useMe";
import { useEnding } from "../hooks/usePassing";
import type { Filter } from "../hooks/useRows";
import { voiceOf } from "../talk/ledger";

/** Something that can be done by name. */
export interface Act {
  id: string;
  name: string;
  about?: string;
  icon: IconName;
  key?: string;
  run(): void;
}

interface Props {
  me: Me;
  conversation: Conversation | null;
  choose(filter: Filter): void;
  search(): void;
  help(): void;
  claimNext(): void;
}

const LISTS: [Filter, string][] = [
  ["waiting", "Show the queue"],
  ["mine", "Show my conversations"],
  ["approvals", "Show the approvals"],
  ["snoozed", "Show what is snoozed"],
  ["mentions", "Show where I am named"],
  ["all", "Show all conversations"],
];

/** What can be done here and now; what is not possible is not offered. */
export function useActs({ me, conversation, choose, search, help, claimNext }: Props): Act[] {
  const claim = useClaim(me);
  const release = useRelease(me);
  const ending = useEnding(me, conversation?.conversation_id ?? "");
  const status = useMyStatus(me);
  const [, toggleTheme] = useTheme();
  const other = me.status === "online" ? "away" : "online";
  return [
    ...(conversation ? actsIn(conversation, me, claim.mutate, release.mutate, () => ending.mutate({ how: "wait" })) : []),
    { id: "claim", name: "Claim the next that waits", icon: "hand", key: "c", run: claimNext },
    ...LISTS.map(([filter, name]): Act => ({ id: `list:${filter}`, name, icon: "inbox", run: () => choose(filter) })),
    { id: "search", name: "Search conversations", icon: "search", key: "/", run: search },
    { id: "status", name: other === "away" ? "Take no more for now" : "Take conversations", icon: "user", run: () => status.mutate(other) },
    { id: "theme", name: "Change the theme", icon: "theme", run: toggleTheme },
    { id: "help", name: "Show the keys", icon: "book", key: "?", run: help },
  ];
}

/** Does what a key does where it is bound; the palette is gone by then. */
function press(key: string): void {
  setTimeout(() => window.dispatchEvent(new KeyboardEvent("keydown", { key })));
}

function actsIn(conversation: Conversation, me: Me, claim: (id: string) => void, release: (id: string) => void, wait: () => void): Act[] {
  const id = conversation.conversation_id;
  switch (voiceOf(conversation, me.agent_id).kind) {
    case "assistant":
    case "waiting":
      return [{ id: "take", name: "Take over", icon: "hand", key: "o", run: () => claim(id) }];
    case "mine":
      return [
        { id: "release", name: "Release to the assistant", icon: "assist", key: "u", run: () => release(id) },
        { id: "transfer", name: "Transfer this conversation…", icon: "swap", key: "t", run: () => press("t") },
        { id: "resolve", name: "Resolve this conversation", icon: "check", key: "e", run: () => press("e") },
        { id: "wait", name: "Leave the next word to the customer", icon: "clock", run: wait },
        { id: "note", name: "Write a note", icon: "note", key: "n", run: () => press("n") },
      ];
    default:
      return [{ id: "note", name: "Write a note", icon: "note", key: "n", run: () => press("n") }];
  }
}
