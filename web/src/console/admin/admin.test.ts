import { expect, test } from "vitest";
import { changed, words as wordsOf } from "../room/form";
import { told, words } from "./told";

test("a line of the audit says what changed from what to what", () => {
  expect(told({ name: "Ylva", max_load: { from: 3, to: 9 }, skills: { from: [], to: ["orders"] } })).toBe("name: Ylva · max load: 3 → 9 · skills: nothing → orders");
  expect(words("person.password_reset")).toBe("person password reset");
});

test("only what differs is sent, lists by their words", () => {
  expect(changed({ name: "A", skills: ["x"] }, { name: "A", skills: ["x", "y"] })).toEqual({ skills: ["x", "y"] });
  expect(changed({ name: "A", skills: ["x"] }, { name: "A", skills: ["x"] })).toEqual({});
});

test("words in one field are read once each, without the blanks around them", () => {
  expect(wordsOf(" orders, refunds ,,orders")).toEqual(["orders", "refunds"]);
});
