/** What is being typed after a sign that opens a list: `;` a canned reply, `@` a colleague. */
export interface Token {
  sign: ";" | "@";
  word: string;
  /** Where the sign stands in the text. */
  from: number;
}

/** The token before the caret, or null; a sign counts only at the beginning of a word. */
export function tokenAt(text: string, caret: number, signs: readonly Token["sign"][]): Token | null {
  const match = /(?:^|\s)([;@])([\p{L}\p{N}.-]*)$/u.exec(text.slice(0, caret));
  const sign = signs.find((s) => s === match?.[1]);
  if (!match || !sign) return null;
  const word = match[2] ?? "";
  return { sign, word, from: caret - word.length - 1 };
}

/** The text with the token replaced, and where the caret stands then. */
export function replaced(text: string, token: Token, words: string): { text: string; caret: number } {
  const end = token.from + 1 + token.word.length;
  return { text: text.slice(0, token.from) + words + text.slice(end), caret: token.from + words.length };
}

/** What begins like the word first, then what has it somewhere; at most `most`. */
export function fitting<T>(items: readonly T[], word: string, name: (item: T) => string, most = 8): T[] {
  const wanted = word.toLocaleLowerCase();
  const at = (item: T): number => name(item).toLocaleLowerCase().indexOf(wanted);
  return items
    .filter((item) => at(item) >= 0)
    .sort((a, b) => Math.sign(at(a)) - Math.sign(at(b)))
    .slice(0, most);
}

/** Fills `{customer.first_name}` and its like; what has no value stays in its braces, to be seen before it is sent. */
export function filled(text: string, values: Readonly<Record<string, string | null | undefined>>): string {
  return text.replace(/\{([a-z_.]+)\}/g, (whole, name: string) => values[name] || whole);
}

/** The variables that were not filled. */
export function unfilled(text: string): string[] {
  return [...new Set(text.match(/\{[a-z_.]+\}/g) ?? [])];
}

/** The agents whose name stands in a note after an `@`. */
export function mentioned<T extends { agent_id: string; name: string }>(text: string, people: readonly T[]): string[] {
  return people.filter((p) => text.includes(`@${p.name}`)).map((p) => p.agent_id);
}
