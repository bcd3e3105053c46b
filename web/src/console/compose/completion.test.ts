import { expect, test } from "vitest";
import { filled, fitting, mentioned, replaced, tokenAt, unfilled } from "./completion";

test("a semicolon opens canned replies only where a word begins", () => {
  expect(tokenAt("Hello ;sor", 10, [";"])).toEqual({ sign: ";", word: "sor", from: 6 });
  expect(tokenAt("Hello; sor", 10, [";"])).toBeNull();
  expect(tokenAt("write to a@b", 12, ["@"])).toBeNull();
});

test("a sign that means nothing here opens nothing", () => {
  expect(tokenAt("@ni", 3, [";"])).toBeNull();
});

test("what is chosen takes the place of what was typed, and the caret follows", () => {
  const token = tokenAt("Hello ;sor and more", 10, [";"]);
  expect(token && replaced("Hello ;sor and more", token, "Sorry.")).toEqual({ text: "Hello Sorry. and more", caret: 12 });
});

test("what begins like the word comes before what only contains it", () => {
  expect(fitting(["re-wait", "wait-more", "other"], "wait", (s) => s)).toEqual(["wait-more", "re-wait"]);
});

test("known variables are filled, others stay to be seen", () => {
  const text = filled("Dear {customer.first_name}, order {order}", { "customer.first_name": "Marta", order: null });
  expect(text).toBe("Dear Marta, order {order}");
  expect(unfilled(text)).toEqual(["{order}"]);
});

test("a colleague is named by their whole name after an at sign", () => {
  const people = [{ agent_id: "usr_1", name: "Nils Berg" }, { agent_id: "usr_2", name: "Tove" }];
  expect(mentioned("@Nils Berg please look, not Tove", people)).toEqual(["usr_1"]);
});
