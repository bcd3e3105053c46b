import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";

const FOLDER = join(import.meta.dirname, "../../public/words");
const read = (name: string) => JSON.parse(readFileSync(join(FOLDER, name), "utf-8")) as Record<string, string>;
const languages = readdirSync(FOLDER).map((name) => name.replace(".json", ""));
const code = ["panel.ts", "lines.ts", "index.ts", "more.ts"].map((file) => readFileSync(join(import.meta.dirname, file), "utf-8")).join();
const texts = Object.keys(read("de.json"));

test("every language has every text, with its values, and none that is never shown", () => {
  const asked = [...code.matchAll(/\bt\("([^"]+)"/g)].map((found) => found[1]);
  expect(texts).toEqual(expect.arrayContaining(asked));
  expect(texts.filter((text) => !code.includes(`"${text}"`))).toEqual([]);
  expect(languages.length + 1).toBeGreaterThanOrEqual(15);
  for (const name of languages) {
    const words = read(`${name}.json`);
    expect(Object.keys(words).filter((key) => key !== "dir"), name).toEqual(texts);
    for (const text of texts) expect(words[text]?.match(/{}/g), `${name}: ${text}`).toEqual(text.match(/{}/g));
  }
});

test("the words of a language are fetched, and say how they are read; of an unknown one English stays", async () => {
  const { speak, t } = await import("./words");
  vi.stubGlobal("fetch", (url: string) => {
    const name = url.split("/").at(-1) ?? "";
    return Promise.resolve(languages.includes(name.replace(".json", "")) ? Response.json(read(name)) : new Response("", { status: 404 }));
  });
  expect(await speak("xx", "http://shop.example")).toBe("");
  expect(t("Write to {}", "Runa")).toBe("Write to Runa");
  expect(await speak("de-AT", "http://shop.example")).toBe("ltr");
  expect(t("Write to {}", "Runa")).toBe("An Runa schreiben");
  expect(await speak("ar", "http://shop.example")).toBe("rtl");
  expect(t("waits for the connection, {} of {}", 1, 2)).toContain("1");
});
