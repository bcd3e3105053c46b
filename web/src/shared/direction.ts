import { useSyncExternalStore } from "react";

/** Scripts that are read from right to left. */
const FROM_THE_RIGHT = new Set(["Adlm", "Arab", "Hebr", "Mand", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa"]);

/** How a language is read, by the script it is usually written in; an unknown one from the left. */
export function directionOf(language: string): "ltr" | "rtl" {
  try {
    return FROM_THE_RIGHT.has(new Intl.Locale(language).maximize().script ?? "") ? "rtl" : "ltr";
  } catch {
    return "ltr";
  }
}

/** Lays the page out as its language is read, now and whenever the language changes, as when a browser translates it. */
export function followLanguage(page: HTMLElement = document.documentElement): () => void {
  const turn = (): void => {
    page.dir = directionOf(page.lang);
  };
  turn();
  const seen = new MutationObserver(turn);
  seen.observe(page, { attributes: true, attributeFilter: ["lang"] });
  return () => seen.disconnect();
}

/** How the page is read just now; for parts that want to be told. */
export function useDirection(): "ltr" | "rtl" {
  return useSyncExternalStore(seenTurning, () => (document.documentElement.dir === "rtl" ? "rtl" : "ltr"));
}

function seenTurning(tell: () => void): () => void {
  const seen = new MutationObserver(tell);
  seen.observe(document.documentElement, { attributes: true, attributeFilter: ["dir"] });
  return () => seen.disconnect();
}
