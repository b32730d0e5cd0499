/** Soft hyphens, joiners, marks of direction, variation selectors, the byte order mark: words are hidden with them. */
const UNSEEN =
  /\u{34f}|[\u{fe00}-\u{fe0f}]|[\u{ad}\u{61c}\u{180e}\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2060}-\u{2064}\u{2066}-\u{206f}\u{feff}]/gu;

/** White_Space of Unicode; JavaScript's `\s` has the byte order mark as well, and not U+0085. */
const BLANKS = /[\t-\r \u{85}\u{a0}\u{1680}\u{2000}-\u{200a}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}]+/gu;

/**
 * A text in the one spelling in which it is searched: compatibility forms taken apart and put together again (NFKC), lower
 * case, every run of blanks as one, and without characters that nobody sees.
 */
export function searchable(text: string): string {
  // Character by character: as a whole, JavaScript writes a sigma at the end of a word in another way than the service does.
  const lower = Array.from(text.normalize("NFKC"), (character) => character.toLowerCase()).join("");
  return lower.replace(UNSEEN, "").replace(BLANKS, " ");
}

const LETTER_OR_DIGIT = /^[\p{Alphabetic}\p{Number}]$/u;

export function isAlphanumeric(character: string | undefined): boolean {
  return character !== undefined && LETTER_OR_DIGIT.test(character);
}
