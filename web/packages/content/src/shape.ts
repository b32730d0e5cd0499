import { isAlphabetic, isAlphanumeric, searchable } from "./text.ts";

/**
 * How many places of a searchable text look like a shape: `#` stands for a digit, `@` for a letter, a blank for one or none,
 * and everything else for itself.
 */
export function countShape(shape: string, text: string): number {
  const wanted = Array.from(searchable(shape).trim());
  const characters = Array.from(text);
  let count = 0;
  let at = 0;
  while (at < characters.length) {
    const end = isAlphanumeric(characters[at - 1]) ? undefined : endOf(wanted, characters, at);
    count += end === undefined ? 0 : 1;
    at = end ?? at + 1;
  }
  return count;
}

function endOf(wanted: readonly string[], text: readonly string[], begin: number): number | undefined {
  let at = begin;
  for (const next of wanted) {
    const character = text[at];
    if (next === " " && character !== " ") {
      continue;
    }
    if (!fits(next, character)) {
      return undefined;
    }
    at += 1;
  }
  return isAlphanumeric(text[at]) ? undefined : at;
}

function fits(wanted: string, character: string | undefined): boolean {
  if (character === undefined) {
    return false;
  }
  switch (wanted) {
    case "#":
      return /^[0-9]$/.test(character);
    case "@":
      return isAlphabetic(character);
    default:
      return character === wanted;
  }
}
