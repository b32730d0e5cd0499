/** The texts of a language: a catalogue that all pages share, and one of each app, fetched when they are needed. */
import type proof from "../../../../../locales/en/proof.json";
import type shared from "../../../../../locales/en/ui.json";
import { part } from "../place/MissingPart.ts";
import type { Language } from "./languages.ts";

/** The name of a text; of one with a plural without `_one` and `_other`. */
export type Key<Name> = Name extends `${infer Base}_one` | `${infer Base}_other` ? Base : Name & string;

/** Where the names of all texts are: each app adds those of its own by `declare module "@sealpost/ui"`. */
export interface Texts {
  ui: Key<keyof typeof shared>;
  /** Of `stepUp`, which not all of them have. */
  proof: Key<keyof typeof proof>;
}
export type TextKey = Texts[keyof Texts];
/** What stands in its place of a text; `count` chooses the plural. */
export type Values = Readonly<Record<string, string | number>>;
export type Translate = (key: TextKey, values?: Values) => string;

export type Catalogue = Readonly<Record<string, string>>;
/** How each language's texts are fetched. */
export type Catalogues = Readonly<Record<Language, () => Promise<{ readonly default: Catalogue }>>>;

const SHARED: Catalogues = {
  en: () => import("../../../../../locales/en/ui.json"),
  de: () => import("../../../../../locales/de/ui.json"),
  nl: () => import("../../../../../locales/nl/ui.json"),
};

/**
 * The texts of a language, shared ones and the app's own; throws `MissingPart`. React escapes what it shows: nothing is
 * escaped here.
 */
export async function texts(language: Language, own: Catalogues): Promise<Translate> {
  const [shared, more] = await part(() => Promise.all([SHARED[language](), own[language]()]));
  return translate(language, { ...shared.default, ...more.default });
}

/** The texts of two catalogues as one. */
export function both(one: Catalogues, other: Catalogues): Catalogues {
  const joined = (language: Language) => async () => {
    const parts = await Promise.all([one[language](), other[language]()]);
    return { default: { ...parts[0].default, ...parts[1].default } };
  };
  return { en: joined("en"), de: joined("de"), nl: joined("nl") };
}

/**
 * The texts of a catalogue, in the form of i18next: `{{name}}` is a place, and of a text with a plural the form is taken
 * that the language has for `count`. What is put in is taken as it is.
 */
export function translate(language: Language, words: Catalogue): Translate {
  const plurals = new Intl.PluralRules(language);
  return (key, values = {}) => {
    const form = typeof values.count === "number" ? `${key}_${plurals.select(values.count)}` : key;
    const text = words[form] ?? words[key] ?? key;
    return text.replace(/\{\{(\w+)\}\}/g, (place, name: string) => String(values[name] ?? place));
  };
}
