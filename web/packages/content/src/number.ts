import { countNumbers } from "./groups.ts";
import type { NumberKind } from "./rules.ts";

/** How many numbers of a kind a searchable text has. What each must be is in `crates/domain/src/rules/content/number.rs`. */
export function countKind(kind: NumberKind, text: string): number {
  return kind === "us_social_security" ? countUs(text) : countNumbers(text, CHECKS[kind]);
}

type Check = (text: string) => boolean;

const CHECKS: Record<Exclude<NumberKind, "us_social_security">, Check> = {
  payment_card: ofDigits(isCard),
  iban: isIban,
  at_social_security: ofDigits(isAt),
  be_national: ofDigits(isBe),
  ch_social_security: ofDigits(isCh),
  de_tax: ofDigits(isDeTax),
  es_national: isEs,
  fr_social_security: isFr,
  nl_citizen: ofDigits(isNl),
  pl_national: ofDigits(isPl),
  uk_health: ofDigits(isUk),
};

function ofDigits(check: (digits: number[]) => boolean): Check {
  return (text) => /^[0-9]+$/.test(text) && check(Array.from(text, Number));
}

/** Of at most 15 digits: exact as a number. */
function value(digits: readonly number[]): number {
  return Number(digits.join(""));
}

function weighted(digits: readonly number[], weights: readonly number[]): number {
  return weights.reduce((sum, weight, place) => sum + weight * (digits[place] ?? 0), 0);
}

function allSame(digits: readonly number[]): boolean {
  return digits.every((digit) => digit === digits[0]);
}

function between(low: number, number: number, high: number): boolean {
  return low <= number && number <= high;
}

function isCard(digits: number[]): boolean {
  const sum = [...digits].reverse().reduce((sum, digit, place) => {
    const doubled = digit * 2;
    return sum + (place % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return between(13, digits.length, 19) && between(2, digits[0] ?? 0, 6) && sum % 10 === 0;
}

/** Lengths by country, of the registry (SWIFT, release 99). */
const IBAN_LENGTHS = new Map(
  `ad24 ae23 al28 at20 az28 ba20 be16 bg22 bh22 bi27 br29 by28 ch21 cr22 cy28 cz24 de22 dj27 dk18 do28 ee20 eg29 es24
  fi18 fk18 fo18 fr27 gb22 ge22 gi23 gl18 gr27 gt28 hn28 hr21 hu28 ie22 il23 iq23 is26 it27 jo30 kw30 kz20 lb28 lc32 li21
  lt20 lu20 lv21 ly25 mc27 md24 me22 mk19 mn20 mr27 mt31 mu30 ni28 nl18 no15 om23 pk24 pl28 ps29 pt25 qa29 ro24 rs22 ru33
  sa24 sc31 sd18 se24 si19 sk24 sm27 so23 st25 sv28 tl23 tn24 tr26 ua29 va22 vg24 xk20 ye30`
    .split(/\s+/)
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

function isIban(text: string): boolean {
  if (IBAN_LENGTHS.get(text.slice(0, 2)) !== text.length || !/^..[0-9]{2}[0-9a-z]*$/.test(text)) {
    return false;
  }
  const turned = text.slice(4) + text.slice(0, 4);
  const rest = Array.from(turned, (character) => Number.parseInt(character, 36)).reduce(
    (rest, number) => (rest * (number > 9 ? 100 : 10) + number) % 97,
    0,
  );
  return rest === 1;
}

function isAt(digits: number[]): boolean {
  return (
    digits.length === 10 &&
    digits[0] !== 0 &&
    between(1, value(digits.slice(4, 6)), 31) &&
    between(1, value(digits.slice(6, 8)), 15) &&
    weighted(digits, [3, 7, 9, 0, 5, 8, 4, 2, 1, 6]) % 11 === digits[3]
  );
}

function isBe(digits: number[]): boolean {
  if (digits.length !== 11 || value(digits.slice(2, 4)) > 72 || value(digits.slice(4, 6)) > 31) {
    return false;
  }
  const [first, check] = [value(digits.slice(0, 9)), value(digits.slice(9))];
  return [first, 2_000_000_000 + first].some((number) => 97 - (number % 97) === check);
}

function isCh(digits: number[]): boolean {
  const weights = [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1];
  return digits.length === 13 && value(digits.slice(0, 3)) === 756 && weighted(digits, weights) % 10 === 0;
}

function isDeTax(digits: number[]): boolean {
  if (digits.length !== 11 || digits[0] === 0) {
    return false;
  }
  const body = digits.slice(0, 10);
  const times = Array.from({ length: 10 }, (_, digit) => body.filter((other) => other === digit).length);
  const repeated = times.filter((count) => count > 1);
  const product = body.reduce((product, digit) => {
    const sum = (digit + product) % 10;
    return (2 * (sum === 0 ? 10 : sum)) % 11;
  }, 10);
  return repeated.length === 1 && between(2, repeated[0] ?? 0, 3) && (11 - product) % 10 === digits[10];
}

function isEs(text: string): boolean {
  const match = /^([xyz0-9])([0-9]{7})([a-z])$/.exec(text);
  if (match === null) {
    return false;
  }
  const [, first = "", rest = "", check] = match;
  const leading = { x: "0", y: "1", z: "2" }[first] ?? first;
  return "trwagmyfpdxbnjzsqvhlcke"[Number(leading + rest) % 23] === check;
}

function isFr(text: string): boolean {
  const plain = text.replace(/^(.{5})2a/, "$119").replace(/^(.{5})2b/, "$118");
  if (!/^[123478][0-9]{14}$/.test(plain)) {
    return false;
  }
  const [number, check, month] = [
    Number(plain.slice(0, 13)),
    Number(plain.slice(13)),
    Number(plain.slice(3, 5)),
  ];
  return (
    (between(1, month, 12) || between(20, month, 42) || between(50, month, 99)) &&
    97 - (number % 97) === check
  );
}

function isNl(digits: number[]): boolean {
  return (
    digits.length === 9 &&
    !allSame(digits) &&
    value(digits) >= 10_000_000 &&
    weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2]) % 11 === digits[8]
  );
}

function isPl(digits: number[]): boolean {
  return (
    digits.length === 11 &&
    !allSame(digits) &&
    between(1, value(digits.slice(2, 4)) % 20, 12) &&
    between(1, value(digits.slice(4, 6)), 31) &&
    weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0
  );
}

function isUk(digits: number[]): boolean {
  const check = 11 - (weighted(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11);
  return digits.length === 10 && !allSame(digits) && check !== 10 && check % 11 === digits[9];
}

/** `123-45-6789`, with hyphens or blanks: it has no check digit, and without them it is any row of nine digits. */
function countUs(text: string): number {
  const written = /(?:^|[^0-9a-z])([0-9]{3})[- ]([0-9]{2})[- ]([0-9]{4})(?![0-9a-z])/gi;
  let count = 0;
  for (let match = written.exec(text); match !== null; match = written.exec(text)) {
    const [, area = "", group, serial] = match;
    const given = between(1, Number(area), 899) && area !== "666" && group !== "00" && serial !== "0000";
    count += given ? 1 : 0;
  }
  return count;
}
