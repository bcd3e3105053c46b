import { expect, test } from "vitest";
import { entry, fromCustomer } from "../../../tests/samples";
import { beside, said } from "./said";

const turns = [
  { seq: 1, thread_id: "cnv_1" },
  { seq: 1, thread_id: "cnv_1:action:1" },
  { seq: 2, thread_id: "cnv_1" },
].map((turn) => ({ ...turn, why: "message", at: "2026-01-15T10:28:00Z", ms: 1, book_version: "b1" }));

test("turns of an action stand among those of the conversation, and the keys walk through both", () => {
  expect(beside(turns, 1, "cnv_1", 1)?.thread_id).toBe("cnv_1:action:1");
  expect(beside(turns, 1, "cnv_1:action:1", 1)?.seq).toBe(2);
  expect(beside(turns, 1, "cnv_1", -1)).toBeUndefined();
  expect(beside(turns, 9, "cnv_1", 1)).toBeUndefined();
});

test("what an action reports is not taken for what the conversation's turn of the same number said", () => {
  const timeline = [fromCustomer("where is it?"), entry({ text: "Done.", thread_id: "cnv_1:action:1" }), entry({ text: "Here." })];
  expect(said(timeline, { seq: 1, thread_id: "cnv_1" }, "outbound")?.text).toBe("Here.");
  expect(said(timeline, { seq: 1, thread_id: "cnv_1:action:1" }, "outbound")?.text).toBe("Done.");
});
