import { expect, test } from "vitest";
import { conversation } from "../../../tests/samples";
import { subjectOf } from "../talk/Header";
import { tagWords } from "./marks";

test("a key tag says why in words that fit, never in figures of the machine", () => {
  expect(tagWords({ kind: "asked", text: "the customer asked for a person" })).toBe("asked for a person");
  expect(tagWords({ kind: "attempts", text: "escalation 0.98, resolution 0.00" })).toBe("not solved so far");
  expect(tagWords({ kind: "attempts", text: "several attempts, not solved" })).toBe("several attempts, not solved");
  expect(tagWords({ kind: "language", text: "writes in another language: de" })).toBe("writes German");
  expect(tagWords({ kind: "sentiment", text: "sentiment -0.73" })).toBe("sentiment −0.73");
});

test("what a conversation is about is told by what was understood", () => {
  const entities = [{ entity: "order_number", value: "1042" }];
  expect(subjectOf(conversation({ intents: [{ name: "refund_request", confidence: 0.9 }], entities }))).toBe("Refund request, order #1042");
  expect(subjectOf(conversation())).toBe("New conversation");
});
