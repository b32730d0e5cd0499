import type { TextKey, Translate } from "@sealpost/ui";

/** What kinds of files are called, by the service's words for them; a word that this page does not know stands for itself. */
export function kindsIn(words: unknown, t: Translate): readonly string[] {
  return Array.isArray(words) ? words.map((word) => called(String(word), t)) : [];
}

function called(word: string, t: Translate): string {
  const key = `kind.${word}` as TextKey;
  const text = t(key);
  return text === key ? word : text;
}
