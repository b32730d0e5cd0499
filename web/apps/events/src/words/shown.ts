/** Marks that turn text around, and what is no character to be shown: a name could say something else than it is. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const DECEPTIVE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
const LONGEST = 80;

/** A text without what nobody sees. */
export function visible(text: string): string {
  return text.replace(DECEPTIVE, "");
}

/** A name or an address of others as part of our text. */
export function shown(text: string): string {
  return cut(visible(text), LONGEST);
}

/** At most so many UTF-16 units, which is what Outlook counts; no half of a pair is left. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}
