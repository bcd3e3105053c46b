import { useMutation } from "@tanstack/react-query";
import { send } from "../api/client";
import type { Conversation, Entry, Me } from "../api/types";
import { useRefresh } from "../hooks/useConversation";

/** What a supervisor does with a conversation, whoever has it. */
export type Lead = { how: "reassign"; to: string } | { how: "barge-in" } | { how: "whisper"; text: string; message_id: string };

/** Passes a conversation to somebody, takes it out of somebody's hands, or tells its owner something. */
export function useLead(me: Me, conversation: Pick<Conversation, "conversation_id" | "owner">) {
  const refresh = useRefresh();
  const id = conversation.conversation_id;
  return useMutation({
    mutationFn: (lead: Lead): Promise<Entry | unknown> => {
      switch (lead.how) {
        case "reassign":
          return conversation.owner
            ? send("POST", `/agents/${me.agent_id}/transfer/${id}`, { kind: "cold", to_agent: lead.to })
            : send("POST", `/agents/${lead.to}/claim/${id}`);
        case "barge-in":
          return send("POST", conversation.owner ? `/agents/${me.agent_id}/barge-in/${id}` : `/agents/${me.agent_id}/claim/${id}`);
        case "whisper":
          return send("POST", `/agents/${me.agent_id}/whisper/${id}`, { text: lead.text, message_id: lead.message_id });
      }
    },
    onSettled: () => refresh(id),
  });
}
