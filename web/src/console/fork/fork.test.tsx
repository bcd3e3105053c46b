import { render, screen, within } from "@testing-library/react";
import { expect, test } from "vitest";
import { AS_IT_WAS, changeOf, differsIn, plainSlots } from "./change";
import { Steps } from "./Steps";
import type { Fork, Outcome } from "./types";

const outcome = (over: Partial<Outcome> = {}): Outcome => ({ reply: [], action: [], approval: [], escalation: [], call: null, failure: null, places: [], ...over });

test("a form left alone changes nothing", () => {
  expect(changeOf(AS_IT_WAS, { order_id: "1042" })).toEqual({});
});

test("only slots with another value are sent, each in the kind it was", () => {
  const slots = { order_id: "1042", amount: 5, urgent: false, reads: [1] };
  const form = { ...AS_IT_WAS, slots: { order_id: "1042", amount: "7.5", urgent: "yes" } };
  expect(changeOf(form, slots)).toEqual({ slots: { amount: 7.5, urgent: true } });
  expect(plainSlots(slots)).toEqual(["order_id", "amount", "urgent"]);
  expect(changeOf({ ...AS_IT_WAS, slots: { order_id: "" } }, slots)).toEqual({ slots: { order_id: null } });
});

test("a changed file is laid over the version that is chosen, or over the one in force", () => {
  expect(changeOf({ ...AS_IT_WAS, file: "thresholds.yaml", text: "a: 1" }, {})).toEqual({ book: { version: "current", files: { "thresholds.yaml": "a: 1" } } });
  expect(changeOf({ ...AS_IT_WAS, version: "b212", message: " hello " }, {})).toEqual({ message: "hello", book: { version: "b212" } });
});

test("one's own draft is laid over the book in force", () => {
  const form = { ...AS_IT_WAS, version: "draft" };
  expect(changeOf(form, {}, { "actions.yaml": "a: 2" })).toEqual({ book: { version: "current", files: { "actions.yaml": "a: 2" } } });
  expect(changeOf(form, {}, {})).toEqual({});
});

test("both sides stand beside each other, and a call that was never made is named", () => {
  const fork: Fork = {
    was_book: "b1b1b1b1b1",
    would_book: "b1b1b1b1b1",
    slots: {},
    ended: "would call cancel_order(order_id=\"1090\")",
    why: null,
    steps: [
      {
        seq: 2,
        thread_id: "cnv_1",
        happened: "no",
        instead: "yes",
        was: outcome({ reply: ["I leave it as it is."] }),
        would: outcome({ action: ["Cancel: begins"], call: "would call cancel_order(order_id=\"1090\")" }),
        differs: ["action", "reply"],
      },
    ],
  };
  render(<Steps fork={fork} changed />);
  expect(within(screen.getByRole("region", { name: "What happened" })).getByText("I leave it as it is.")).toBeTruthy();
  const would = screen.getByRole("region", { name: "What would have happened" });
  expect(within(would).getByText("yes")).toBeTruthy();
  expect(within(would).getByText(/would call cancel_order/)).toBeTruthy();
  expect(screen.getByText("One turn would have been otherwise.")).toBeTruthy();
  expect(differsIn(["action"])).toBe("does something else");
});
