import { afterEach, expect, test, vi } from "vitest";
import { directionOf, followLanguage } from "./direction";

const page = document.documentElement;
let stop: () => void = () => undefined;

afterEach(() => {
  stop();
  page.removeAttribute("lang");
  page.removeAttribute("dir");
});

test("a language is laid out as it is read", () => {
  expect(["ar", "he-IL", "fa", "ur", "az-Arab", "dv"].map(directionOf)).toEqual(Array(6).fill("rtl"));
  expect(["en", "de-CH", "ja", "az", "", "not a language"].map(directionOf)).toEqual(Array(6).fill("ltr"));
});

test("a page that is translated turns round, and back", async () => {
  page.lang = "en";
  stop = followLanguage();
  expect(page.dir).toBe("ltr");
  page.lang = "ar";
  await vi.waitFor(() => expect(page.dir).toBe("rtl"));
  page.lang = "en";
  await vi.waitFor(() => expect(page.dir).toBe("ltr"));
});
