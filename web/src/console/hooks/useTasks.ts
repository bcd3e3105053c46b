import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { get, send } from "../api/client";
import type { Page } from "../api/types";
import type { Finding, Task } from "../api/workspace";
import { keys } from "./keys";

/** What only a person can settle: everywhere, or in one conversation with what was settled already. */
export function useTasks(conversationId: string | null) {
  return useQuery({
    queryKey: conversationId === null ? keys.tasks : keys.tasksOf(conversationId),
    queryFn: ({ signal }) => get<Page<Task>>(conversationId === null ? "/tasks?status=open" : `/tasks?conversation_id=${encodeURIComponent(conversationId)}`, signal),
    select: (page) => page.items,
  });
}

/** Says what became of it; the first finding counts. */
export function useSettle(task: Task) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (said: { outcome: Finding; note: string }) => send<Task>("POST", `/tasks/${task.task_id}`, said),
    onSettled: () =>
      Promise.all([client.invalidateQueries({ queryKey: keys.tasks }), client.invalidateQueries({ queryKey: keys.conversation(task.conversation_id) })]),
  });
}
