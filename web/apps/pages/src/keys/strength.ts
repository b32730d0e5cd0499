/** How hard a passphrase is to guess. The service keeps what it locks, and could try: at the price of Argon2id each. */

export type Strength = "short" | "weak" | "fair" | "strong";

/** Fewest characters. */
export const LEAST = 12;
const FAIR_BITS = 36;
const STRONG_BITS = 60;

/** Bits of chance in a word that somebody thinks of: one of some thousands. */
const WORD = 11;
/** Of each letter of a word beyond those that most words have. */
const FURTHER = 1.5;
const USUAL = 8;

/**
 * A careful guess, and no proof: runs of letters count as words, of digits as years or rows, and nothing counts twice. What was made
 * up by chance is better than it says.
 */
export function bits(text: string): number {
  const seen = new Set<string>();
  let sum = 0;
  for (const [run] of text.normalize("NFC").matchAll(/\p{L}+|\p{N}+|[^\p{L}\p{N}]/gu)) {
    const known = run.toLowerCase();
    if (seen.has(known) || isRow(known)) {
      sum += 1;
      continue;
    }
    seen.add(known);
    sum += bitsOfRun(run);
  }
  return sum;
}

function bitsOfRun(run: string): number {
  if (/^\p{L}/u.test(run)) {
    // An accent or a capital within is worth a little.
    const odd = /\p{Lu}/u.test(run.slice(1)) ? 2 : 0;
    if (run.length < 3) return run.length * 4;
    return WORD + odd + Math.max(0, run.length - USUAL) * FURTHER;
  }
  if (/^\p{N}/u.test(run)) return Math.min(run.length * 3.3, run.length <= 4 ? 8 : run.length * 2.5);
  return run === " " ? 0.5 : 4;
}

/** One character again and again, or each the one after the one before; behind 9 comes 0. */
function isRow(run: string): boolean {
  if (run.length < 3) return false;
  const around = /^\d/.test(run) ? 10 : 0xffff;
  const step = (at: number) => (run.charCodeAt(at + 1) - run.charCodeAt(at) + around) % around;
  const steps = new Set(Array.from(run.slice(1), (_, at) => step(at)));
  return steps.size === 1 && [0, 1, around - 1].includes(step(0));
}

export function strengthOf(text: string): Strength {
  if ([...text].length < LEAST) return "short";
  const chance = bits(text);
  if (chance < FAIR_BITS) return "weak";
  return chance < STRONG_BITS ? "fair" : "strong";
}

/** Whether it may lock a private key. */
export function isEnough(text: string): boolean {
  return !["short", "weak"].includes(strengthOf(text));
}
