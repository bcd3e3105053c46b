import { useMutation } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { get } from "../api/client";
import type { Conversation, Entry } from "../api/types";
import { NO_LINES, withNewest, withOlder, type Lines } from "../talk/lines";

const PAGE_LINES = 100;

/** A conversation's lines: the newest, and older ones as far as `more` was asked for them. */
export function useEarlier(conversation: Conversation) {
  const [known, keep] = useState<Lines>(NO_LINES);
  const { conversation_id: id, timeline, earlier } = conversation;
  const now = useMemo(() => withNewest(known, { entries: timeline, earlier }), [known, timeline, earlier]);
  useEffect(() => keep((before) => withNewest(before, { entries: timeline, earlier })), [timeline, earlier]);
  const older = useMutation({
    mutationFn: (before: number) => get<{ items: Entry[]; earlier: boolean }>(`/conversations/${id}/entries?before=${before}&limit=${PAGE_LINES}`),
    onSuccess: (page) => keep((before) => withOlder(before, { entries: page.items, earlier: page.earlier })),
  });
  const first = now.entries[0]?.entry_no;
  const more = now.earlier && first !== undefined && !older.isPending ? () => older.mutate(first) : undefined;
  return { ...now, loading: older.isPending, failed: older.error, more };
}
