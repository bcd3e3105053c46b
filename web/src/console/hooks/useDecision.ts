import { useMutation, useQueryClient } from "@tanstack/react-query";
import { send } from "../api/client";
import type { Approval, Decision } from "../api/types";
import { keys } from "./keys";

/** Decides an approval once; whoever comes second is shown the first decision. */
export function useDecision(approval: Approval) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (decision: Decision) => send<Approval>("POST", `/approvals/${approval.approval_id}`, decision),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: keys.conversation(approval.conversation_id) }),
        client.invalidateQueries({ queryKey: keys.rows }),
      ]),
  });
}
