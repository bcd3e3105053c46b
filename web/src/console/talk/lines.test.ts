import { expect, test } from "vitest";
import { entry } from "../../../tests/samples";
import { NO_LINES, withNewest, withOlder, type Lines } from "./lines";

function lines(from: number, to: number, earlier = from > 1): Lines {
  return { entries: Array.from({ length: to - from + 1 }, (_, i) => entry({ entry_no: from + i, message_id: `ent_${from + i}` })), earlier };
}

const numbers = (l: Lines): number[] => l.entries.map((e) => e.entry_no);

test("newer lines join those that are known, each once", () => {
  const joined = withNewest(lines(5, 8), lines(7, 10));
  expect(numbers(joined)).toEqual([5, 6, 7, 8, 9, 10]);
  expect(joined.earlier).toBe(true);
});

test("when too much was missed in between, only the newest lines stay, so that none is silently missing", () => {
  expect(numbers(withNewest(lines(1, 8), lines(200, 210)))).toEqual(Array.from({ length: 11 }, (_, i) => 200 + i));
  expect(withNewest(lines(1, 8), lines(200, 210)).earlier).toBe(true);
});

test("older lines come before, until there are none", () => {
  const all = withOlder(withNewest(NO_LINES, lines(5, 8)), lines(1, 4));
  expect(numbers(all)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(all.earlier).toBe(false);
});

test("what was loaded before stays when the conversation goes on", () => {
  const read = withOlder(lines(5, 8), lines(1, 4));
  expect(numbers(withNewest(read, lines(6, 9)))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(withNewest(read, lines(6, 9)).earlier).toBe(false);
});
