import de from "../../../../../locales/de/events.json";
import en from "../../../../../locales/en/events.json";
import nl from "../../../../../locales/nl/events.json";

type Base<Name> = Name extends `${infer Start}_one` | `${infer Start}_other` ? Start : Name & string;
/** The name of a text; of one with a plural without `_one` and `_other`. */
export type TextKey = Base<keyof typeof en>;
type Values = Readonly<Record<string, string | number>>;
/** A text in one language. */
export type Words = (key: TextKey, values?: Values) => string;

const CATALOGUES: Readonly<Record<string, Readonly<Record<string, string>>>> = { en, de, nl };

/** The texts of a language such as `de-AT`; English if we do not speak it. */
export function wordsOf(language: string | undefined): Words {
  const code = (language ?? "").slice(0, 2).toLowerCase();
  const known = CATALOGUES[code] === undefined ? "en" : code;
  const texts: Readonly<Record<string, string>> = CATALOGUES[known] ?? en;
  return (key, values = {}) => {
    const text = texts[key] ?? texts[`${key}_${values.count === 1 ? "one" : "other"}`] ?? key;
    return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
      const value = values[name] ?? "";
      return (name === "bytes" || name === "limit") && typeof value === "number"
        ? size(value, known)
        : String(value);
    });
  };
}

const UNITS = ["kB", "MB", "GB", "TB"];

/** Decimal units with one place, as everywhere else; `Intl` is not there in every host. */
function size(bytes: number, language: string): string {
  let [scaled, unit] = [bytes / 1000, 0];
  while (scaled >= 999.95 && unit < UNITS.length - 1) {
    scaled /= 1000;
    unit += 1;
  }
  const digits = scaled.toFixed(1);
  return `${language === "en" ? digits : digits.replace(".", ",")}\u00a0${UNITS[unit]}`;
}
