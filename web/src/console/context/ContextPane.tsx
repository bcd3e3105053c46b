import * as Tabs from "@radix-ui/react-tabs";
import { useState } from "react";
import { useDirection } from "../../shared/direction";
import { Icon } from "../../shared/icons";
import type { Conversation, Me } from "../api/types";
import { whyAt } from "../hooks/route";
import { explainedTurns } from "../talk/ledger";
import { WhyCompact } from "../why/WhyCompact";
import { Actions } from "./Actions";
import { Customer } from "./Customer";
import { Knowledge } from "./Knowledge";

interface Props {
  conversation: Conversation;
  me: Me;
  /** Below 1200 px the pane is a drawer. */
  open: boolean;
  close(): void;
}

/** Beside the conversation: who it is, why the last reply, which actions. */
export function ContextPane({ conversation, me, open, close }: Props) {
  const [tab, setTab] = useState("customer");
  const last = explainedTurns(conversation.timeline, conversation.conversation_id).at(-1) ?? null;
  return (
    <aside className={open ? "ctx ctx-open" : "ctx"} aria-label="Context">
      <Tabs.Root dir={useDirection()} value={tab} onValueChange={setTab} className="stack">
        <div className="bar">
          <Tabs.List className="tabs" aria-label="Context">
            <Tabs.Trigger value="customer">Customer</Tabs.Trigger>
            <Tabs.Trigger value="why">Why</Tabs.Trigger>
            <Tabs.Trigger value="actions">
              Actions <span className="t3 num">{conversation.actions.length || ""}</span>
            </Tabs.Trigger>
            <Tabs.Trigger value="knowledge">Knowledge</Tabs.Trigger>
          </Tabs.List>
          <button type="button" className="btn btn-quiet btn-sq push ctx-close" onClick={close} aria-label="Close the context">
            <Icon name="x" />
          </button>
        </div>
        <Tabs.Content value="customer" className="scroll">
          <Customer conversation={conversation} me={me} />
        </Tabs.Content>
        <Tabs.Content value="why" className="scroll">
          {last !== null && (
            <a className="pad xs whole" href={whyAt(conversation.conversation_id, last)}>
              Open the last reply in full
            </a>
          )}
          <WhyCompact conversationId={conversation.conversation_id} seq={last} />
        </Tabs.Content>
        <Tabs.Content value="actions" className="scroll">
          <Actions actions={conversation.actions} />
        </Tabs.Content>
        <Tabs.Content value="knowledge" className="scroll">
          <Knowledge conversation={conversation} me={me} />
        </Tabs.Content>
      </Tabs.Root>
    </aside>
  );
}
