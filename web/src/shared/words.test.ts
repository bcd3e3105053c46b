import { expect, test } from "vitest";
import { about, fileSize, initials, milliseconds, money, sentence, signed, span } from "./words";

test("a span is written as the clock shows it, then in minutes, hours and days", () => {
  expect([18, 104, 760, 2460, 3 * 3600, 3 * 86400].map(span)).toEqual(["0:18", "1:44", "12:40", "41 min", "3 h", "3 days"]);
});

test("a rough wait never says zero while time is left", () => {
  expect([20, 59 * 60 + 30, 3 * 3600].map(about)).toEqual(["1 min", "60 min", "3 h"]);
});

test("scores carry their sign, and zero carries none", () => {
  expect([-0.68, 0.31, 0, -0.001].map(signed)).toEqual(["−0.68", "+0.31", "0.00", "0.00"]);
});

test("money is written with its sign and two decimals", () => {
  expect(money(149.99, "EUR")).toBe("€149.99");
});

test("milliseconds show as many digits as they deserve", () => {
  expect([31.24, 2.14, 0.244].map(milliseconds)).toEqual(["31", "2.1", "0.24"]);
});

test("initials are the first and the last name's", () => {
  expect([initials("Marta Eva Lindqvist"), initials("Runa"), initials(null)]).toEqual(["ML", "R", "?"]);
});

test("machine words become a sentence's words", () => {
  expect(sentence("asked_for_person")).toBe("Asked for person");
});

test("a file's size is written with at most one figure behind the point", () => {
  expect([820, 12_300, 1_240_000].map(fileSize)).toEqual(["820 B", "12 kB", "1.2 MB"]);
});
