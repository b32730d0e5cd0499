import { isAlphanumeric, searchable } from "./text.ts";

interface Word {
  readonly stem: string;
  /** Whether anything may stand right before it. */
  readonly before: boolean;
  /** Whether anything may stand right behind it. */
  readonly behind: boolean;
}

/** How many places of a searchable text have one of these words. Where several are in one place it is counted once. */
export function countWords(words: readonly string[], text: string): number {
  const places: { start: number; end: number }[] = [];
  for (const word of words) {
    places.push(...placesOf(prepare(word), text));
  }
  // As the service finds them: by their ends, and of those with one end the longest first.
  places.sort((a, b) => a.end - b.end || a.start - b.start);
  let count = 0;
  let lastEnd = 0;
  for (const { start, end } of places) {
    if (start >= lastEnd) {
      count += 1;
      lastEnd = end;
    }
  }
  return count;
}

function prepare(word: string): Word {
  const stem = searchable(word.replace(/^\*+|\*+$/g, "")).trim();
  return { stem, before: word.startsWith("*"), behind: word.endsWith("*") };
}

function placesOf({ stem, before, behind }: Word, text: string): { start: number; end: number }[] {
  const places = [];
  for (let start = text.indexOf(stem); start >= 0 && stem !== ""; start = text.indexOf(stem, start + 1)) {
    const end = start + stem.length;
    const starts = before || !isAlphanumeric(lastCharacter(text.slice(Math.max(0, start - 2), start)));
    const ends = behind || !isAlphanumeric(firstCharacter(text.slice(end, end + 2)));
    if (starts && ends) {
      places.push({ start, end });
    }
  }
  return places;
}

function firstCharacter(text: string): string | undefined {
  return Array.from(text)[0];
}

function lastCharacter(text: string): string | undefined {
  return Array.from(text).pop();
}
