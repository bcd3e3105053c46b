import { clock, money } from "../../shared/words";
import type { Approval, Decision, Me, Owner } from "../api/types";

/** What stands in the amount field, read: a figure that may be sent, or what to mend. */
export type Amount = { kind: "ok"; value: number } | { kind: "wrong"; why: string };

/** The amount the assistant asked for; null when the action moves no money. */
export function askedAmount(approval: Approval): number | null {
  const { amount } = approval.request.action_request.args;
  const figure = typeof amount === "number" || typeof amount === "string" ? Number(amount) : NaN;
  return Number.isFinite(figure) && approval.currency ? figure : null;
}

/** Reads `120`, `120.00` and `120,00`; never above what the approval allows. */
export function readAmount(text: string, max: number, currency: string): Amount {
  const plain = text.trim().replace(",", ".");
  if (!/^\d+(\.\d{1,2})?$/.test(plain)) return { kind: "wrong", why: "Write the amount in figures, as 120.00." };
  const value = Number(plain);
  if (value <= 0) return { kind: "wrong", why: "More than 0, or use Ignore." };
  if (value > max) return { kind: "wrong", why: `At most ${money(max, currency)}.` };
  return { kind: "ok", value };
}

/** Accepts what was asked, or edits it when the amount differs. */
export function decisionFor(asked: number | null, amount: number | null): Decision {
  if (asked === null || amount === null || asked === amount) return { type: "accept", args: null };
  return { type: "edit", args: { amount } };
}

/** The button's words: the verb, and the amount when money moves. */
export function verb(approval: Approval, amount: number | null): string {
  const action = approval.label.split(/[,:]/)[0] ?? approval.label;
  return amount === null || !approval.currency ? action : `${action} ${money(amount, approval.currency)}`;
}

function deciderName(by: Owner | string | null, me: Me): string {
  if (by === null) return "A colleague";
  if (typeof by === "string") return by === me.agent_id || by === me.name ? "You" : by;
  return by.agent_id === me.agent_id ? "You" : by.name;
}

/** The amount that was decided, wherever the decision carries it. */
function decidedAmount(approval: Approval): number | null {
  const decision = approval.decision;
  if (typeof decision !== "object" || decision === null) return askedAmount(approval);
  const args = "args" in decision ? decision.args : decision;
  if (typeof args !== "object" || args === null || !("amount" in args)) return askedAmount(approval);
  return Number(args.amount);
}

export interface Outcome {
  icon: "check" | "users" | "clock" | "x";
  head: string;
  tail: string;
}

/** A decided approval as one line: who, what, when, and what follows. */
export function outcome(approval: Approval, me: Me, overtaken: boolean): Outcome {
  const who = deciderName(approval.decided_by, me);
  const at = approval.decided_at ? `at ${clock(approval.decided_at)}` : "";
  const what = verb(approval, decidedAmount(approval));
  const first = overtaken && who !== "You" ? `${who} decided first, ${at}:` : `${who} decided ${at}:`;
  const unused = overtaken && who !== "You" ? "Yours was not used." : "";
  switch (approval.status) {
    case "accepted":
      return { icon: unused ? "users" : "check", head: `${first} ${what}.`, tail: unused };
    case "edited":
      return { icon: unused ? "users" : "check", head: `${first} ${what}, changed from what was asked.`, tail: unused };
    case "responded":
      return { icon: unused ? "users" : "check", head: `${first} answered the customer instead.`, tail: unused || "Nothing was sent or changed." };
    case "ignored":
      return { icon: "x", head: `${first} ignored it.`, tail: unused || "Nothing was sent or changed." };
    case "expired":
      return { icon: "clock", head: `Expired ${at}.`, tail: "Nothing was sent, and the customer was told." };
    case "pending":
      return { icon: "clock", head: "Waits for a decision.", tail: "" };
  }
}
