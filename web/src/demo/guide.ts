import type { Conversation } from "../console/api/types";

export type StepState = "done" | "current" | "next";

export interface Happened {
  answered: boolean;
  asked: boolean;
  decided: boolean;
  explained: boolean;
}

/** What of the story has happened, read from the conversation itself. */
export function happened(conversation: Conversation | undefined, explained: boolean): Happened {
  const timeline = conversation?.timeline ?? [];
  const approvals = conversation?.approvals ?? [];
  return {
    answered: timeline.some((e) => e.kind === "message" && e.sender === "assistant"),
    asked: approvals.length > 0,
    decided: approvals.some((a) => a.status !== "pending"),
    explained,
  };
}

/** The first step that has not happened is the current one. */
export function stepStates(h: Happened): StepState[] {
  const done = [h.answered, h.asked, h.decided, h.explained];
  const current = done.indexOf(false);
  return done.map((is, i) => (is ? "done" : i === current ? "current" : "next"));
}
