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

// As text, for ES2016 does not know properties of characters, and an engine that does not would not even read the file.
const ALPHABETIC = made("^\\p{Alphabetic}$");
const NUMBER = made("^\\p{Number}$");
/** Where the letters of the scripts are that mails are written in, for engines that do not know; marks in between count, too. */
const LETTERS =
  /^[a-z\u{aa}\u{b5}\u{ba}\u{c0}-\u{d6}\u{d8}-\u{f6}\u{f8}-\u{2c1}\u{370}-\u{1fff}\u{2c00}-\u{2dff}\u{3005}-\u{3007}\u{3031}-\u{fdff}\u{fe70}-\u{fefe}\u{10000}-\u{1cfff}\u{20000}-\u{3fffd}]$/iu;

function made(source: string): RegExp | undefined {
  try {
    return new RegExp(source, "u");
  } catch {
    return undefined;
  }
}

export function isAlphabetic(character: string): boolean {
  return (ALPHABETIC ?? LETTERS).test(character);
}

export function isAlphanumeric(character: string | undefined): boolean {
  return character !== undefined && (isAlphabetic(character) || (NUMBER ?? /^[0-9]$/).test(character));
}
