import { useEffect, useState } from "react";

/** What the agent is writing in a conversation, kept in this tab until it is sent. */
export function useDraft(conversationId: string): [string, (text: string) => void] {
  const key = `frontdesk.draft:${conversationId}`;
  const [text, setText] = useState(() => sessionStorage.getItem(key) ?? "");
  useEffect(() => {
    if (text) sessionStorage.setItem(key, text);
    else sessionStorage.removeItem(key);
  }, [key, text]);
  return [text, setText];
}
