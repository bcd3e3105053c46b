import { firstName } from "../../shared/words";
import type { Conversation, Me } from "../api/types";

/** What canned replies may name; what is not known stays open and is seen before it is sent. */
export function variables(conversation: Conversation, me: Me): Record<string, string | null> {
  const { profile, entities } = conversation;
  const entity = (name: string): string | null => {
    const found = entities.find((e) => e.entity === name);
    return found ? String(found.value) : null;
  };
  return {
    "customer.name": profile.name,
    "customer.first_name": profile.name && firstName(profile.name),
    "customer.email": profile.email,
    "customer.tier": profile.tier,
    "agent.name": me.name,
    "agent.first_name": firstName(me.name),
    order: entity("order_id") ?? entity("order"),
    amount: entity("amount"),
  };
}
