import { expect, test } from "vitest";
import { approval, me } from "../../../tests/samples";
import { askedAmount, decisionFor, outcome, readAmount, verb } from "./approval";

test.each([
  ["120", 120],
  ["120.00", 120],
  [" 149,99 ", 149.99],
])("the amount %j is read", (text, value) => {
  expect(readAmount(text, 149.99, "EUR")).toEqual({ kind: "ok", value });
});

test.each(["", "abc", "-5", "1.234", "1e3"])("the amount %j is refused with a hint", (text) => {
  expect(readAmount(text, 149.99, "EUR")).toMatchObject({ kind: "wrong", why: expect.stringContaining("120.00") });
});

test("more than was asked is refused, naming the most", () => {
  expect(readAmount("150", 149.99, "EUR")).toEqual({ kind: "wrong", why: "At most €149.99." });
});

test("nothing at all is no refund", () => {
  expect(readAmount("0", 149.99, "EUR")).toMatchObject({ kind: "wrong" });
});

test("the same amount accepts, another one edits", () => {
  expect(decisionFor(149.99, 149.99)).toEqual({ type: "accept", args: null });
  expect(decisionFor(149.99, 120)).toEqual({ type: "edit", args: { amount: 120 } });
  expect(decisionFor(null, null)).toEqual({ type: "accept", args: null });
});

test("the button carries the verb and the amount", () => {
  expect(verb(approval(), 120)).toBe("Refund €120.00");
  expect(verb(approval({ label: "Cancel" }), null)).toBe("Cancel");
});

test("an action without money has no amount", () => {
  const request = approval().request;
  const cancel = approval({ request: { ...request, action_request: { action: "cancel_order", args: { amount: null } } } });
  expect(askedAmount(cancel)).toBeNull();
});

const decided = { decided_by: "Tove Aaltonen", decided_at: "2026-01-15T11:03:00Z" };

test("a colleague's decision is told with name and amount, and that one's own was not used", () => {
  const edited = approval({ ...decided, status: "edited", decision: { type: "edit", args: { amount: 120 } } });
  const told = outcome(edited, me, true);
  expect(told.head).toMatch(/^Tove Aaltonen decided first, at \d\d:\d\d: Refund €120\.00/);
  expect(told.tail).toBe("Yours was not used.");
});

test("one's own decision is told as one's own", () => {
  expect(outcome(approval({ ...decided, decided_by: "Runa Solberg", status: "accepted" }), me, false).head).toMatch(/^You decided at .*Refund €149\.99/);
});

test("an expired approval says that nothing was sent", () => {
  expect(outcome(approval({ status: "expired" }), me, false).tail).toContain("Nothing was sent");
});
