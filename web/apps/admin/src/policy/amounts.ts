/** Durations and sizes as people write them: a number and a unit. */

export interface Unit {
  readonly word: string;
  /** How many seconds, or bytes. */
  readonly worth: number;
}

export const SECONDS: readonly Unit[] = [
  { word: "minutes", worth: 60 },
  { word: "hours", worth: 3600 },
  { word: "days", worth: 86_400 },
];

/** Both kinds, for what was set in one is not to look odd in the other. */
export const BYTES: readonly Unit[] = [
  { word: "B", worth: 1 },
  { word: "kB", worth: 1e3 },
  { word: "KiB", worth: 2 ** 10 },
  { word: "MB", worth: 1e6 },
  { word: "MiB", worth: 2 ** 20 },
  { word: "GB", worth: 1e9 },
  { word: "GiB", worth: 2 ** 30 },
  { word: "TB", worth: 1e12 },
  { word: "TiB", worth: 2 ** 40 },
];

/** The unit in which an amount is a whole number, and the smallest one. */
export function fitting(amount: number, units: readonly Unit[]): Unit | undefined {
  const whole = units.filter(({ worth }) => amount > 0 && amount % worth === 0);
  return whole.reduce<Unit | undefined>(
    (best, unit) => (!best || unit.worth > best.worth ? unit : best),
    undefined,
  );
}

/** The number that a text says, with a comma or a point; `undefined` if it says none. */
export function read(text: string): number | undefined {
  const plain = text.trim().replace(",", ".");
  return /^\d{1,15}(\.\d{1,6})?$/.test(plain) ? Number(plain) : undefined;
}
