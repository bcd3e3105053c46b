let words: Readonly<Record<string, string>> = {};
/** In what dates are written, and everything else once its words have come. */
export let language = "en-GB";

/** An interface text in the visitor's language; `{}` stands for a value. English is built in. */
export function t(text: string, ...values: (string | number)[]): string {
  return (words[text] ?? text).replace(/{}/g, () => `${values.shift()}`);
}

/** Fetches the words of a language; without them the texts stay English. Says how they are read. */
export async function speak(wanted: string, home: string): Promise<string> {
  const name = wanted.slice(0, 2);
  if (name == "en") return "";
  const answer = await fetch(`${home}/static/words/${name}.json`);
  if (!answer.ok) return "";
  words = (await answer.json()) as Record<string, string>;
  language = wanted;
  return words.dir ?? "ltr";
}
