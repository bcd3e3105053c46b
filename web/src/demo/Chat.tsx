import { useEffect, useRef } from "react";
import type { Theme } from "../shared/theme";

interface ChatElement extends HTMLElement {
  startOver?(): void;
}

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "frontdesk-chat": DetailedHTMLProps<HTMLAttributes<ChatElement>, ChatElement> & {
        "customer-id"?: string;
        "data-theme"?: string;
        starters?: string;
        open?: boolean;
      };
    }
  }
}

/** Whom the visitor plays. */
export const CUSTOMER = "C-1001";
const STARTERS = "Where is my order #1042?|How long can I send things back?|I would like my money back|Talk to a person";

interface Props {
  theme: Theme;
  /** Counts how often the visitor began anew. */
  round: number;
  conversation(id: string): void;
}

/** The customer's widget, the real one, signed in as the demo's customer. */
export function Chat({ theme, round, conversation }: Props) {
  const chat = useRef<ChatElement>(null);
  useEffect(() => {
    const node = chat.current;
    const told = (event: Event): void => {
      if (event instanceof CustomEvent) conversation(String(event.detail.conversation_id));
    };
    node?.addEventListener("frontdesk-conversation", told);
    return () => node?.removeEventListener("frontdesk-conversation", told);
  }, [conversation]);
  useEffect(() => {
    if (round > 0) chat.current?.startOver?.();
  }, [round]);
  return <frontdesk-chat ref={chat} customer-id={CUSTOMER} starters={STARTERS} data-theme={theme} open />;
}
