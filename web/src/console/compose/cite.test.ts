import { expect, test } from "vitest";
import { stillCited, withPassage } from "./cite";

const passage = { article_id: "returns", title: "Returns", heading: "Damaged on arrival", url: "/help/returns#damaged", text: "You have 30 days." };

test("a passage comes with the number of its source, and the same source keeps its number", () => {
  const once = withPassage({ text: "Dear Marta,", citations: [] }, passage);
  const twice = withPassage(once, passage);
  expect(once.text).toBe("Dear Marta, You have 30 days.[1]");
  expect(twice.citations).toHaveLength(1);
  expect(withPassage(twice, { ...passage, url: "/help/shipping" }).citations.map((c) => c.number)).toEqual([1, 2]);
});

test("a source whose number was deleted is not sent", () => {
  const { citations } = withPassage({ text: "", citations: [] }, passage);
  expect(stillCited({ text: "You have 30 days.", citations })).toEqual([]);
});
