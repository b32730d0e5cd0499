/** Sizes, times and durations as people write them in each language. */
import type { Language } from "../language/languages.ts";
import type { Translate } from "../language/texts.ts";

export interface Formats {
  /** Bytes in decimal units, as file managers show them. */
  readonly size: (bytes: number) => string;
  /** Bytes in a second. */
  readonly speed: (bytesPerSecond: number) => string;
  /** A share of 0 to 1 in whole per cent. */
  readonly percent: (share: number) => string;
  /** Day and time where the reader is. */
  readonly time: (time: Date) => string;
  /** The same to the second, for what is looked at closely. */
  readonly second: (time: Date) => string;
  /** A day, such as a report counts: in UTC, whoever reads it. */
  readonly day: (time: Date) => string;
  readonly number: (value: number) => string;
  /** How long something takes, roughly. */
  readonly duration: (seconds: number) => string;
  readonly list: (items: readonly string[]) => string;
}

/** British English writes the day before the month, as our mails do. */
const LOCALES: Record<Language, string> = { en: "en-GB", de: "de", nl: "nl" };
const UNITS = ["kB", "MB", "GB", "TB", "PB"] as const;

export function formats(language: Language, t: Translate): Formats {
  const locale = LOCALES[language];
  const tenths = new Intl.NumberFormat(locale, {
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
    useGrouping: false,
  });
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });
  const time = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  const second = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium" });
  const day = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });
  const number = new Intl.NumberFormat(locale);
  const list = new Intl.ListFormat(locale);

  const size = (bytes: number) => {
    if (bytes < 1000) return t("format.bytes", { count: bytes });
    let [scaled, unit] = [bytes / 1000, 0];
    // On to the next unit as long as rounding fills this one.
    while (scaled >= 999.95 && unit < UNITS.length - 1) {
      scaled /= 1000;
      unit += 1;
    }
    return `${tenths.format(scaled)}\u00a0${UNITS[unit]}`;
  };

  return {
    size,
    speed: (bytes) => t("format.speed", { size: size(Math.round(bytes)) }),
    // 100 % is for what is complete.
    percent: (share) => percent.format(share < 1 ? Math.min(share, 0.99) : 1),
    time: (at) => time.format(at),
    second: (at) => second.format(at),
    day: (at) => day.format(at),
    number: (value) => number.format(value),
    duration: (seconds) => {
      if (seconds < 60) return t("format.seconds", { count: Math.max(1, Math.round(seconds)) });
      if (seconds < 5400) return t("format.minutes", { count: Math.round(seconds / 60) });
      if (seconds < 172_800) return t("format.hours", { count: Math.round(seconds / 3600) });
      return t("format.days", { count: Math.round(seconds / 86_400) });
    },
    list: (items) => list.format(items),
  };
}
