/** Letters that are written from right to left, and characters that turn text around. */
const TURNING = /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc]/;

/**
 * A name within a sentence, where there is no element around it: whatever direction it has, the sentence keeps its own
 * (U+2068 and U+2069, as in Unicode's UAX 9).
 */
export function isolate(name: string): string {
  return TURNING.test(name) ? `\u2068${name}\u2069` : name;
}
