/** The texts of a language: one JSON catalogue each, fetched when it is needed. */
import { createInstance } from "i18next";

import type catalogue from "../texts/en.json";
import type { Language } from "./languages.ts";

type Plain<Key extends string> = Key extends `${infer Base}_one` | `${infer Base}_other` ? Base : Key;

/** The name of a text; of one with a plural without `_one` and `_other`. */
export type TextKey = Plain<keyof typeof catalogue>;
/** What stands in its place of a text; `count` chooses the plural. */
export type Values = Readonly<Record<string, string | number>>;
export type Translate = (key: TextKey, values?: Values) => string;

type Catalogue = Readonly<Record<string, string>>;

const CATALOGUES: Record<Language, () => Promise<{ default: Catalogue }>> = {
  en: () => import("../texts/en.json"),
  de: () => import("../texts/de.json"),
  nl: () => import("../texts/nl.json"),
};

/** The texts of a language. React escapes what it shows: nothing is escaped here. */
export async function texts(language: Language): Promise<Translate> {
  return translate(language, (await CATALOGUES[language]()).default);
}

/** The texts of a catalogue. */
export function translate(language: Language, words: Catalogue): Translate {
  const instance = createInstance({
    lng: language,
    resources: { [language]: { translation: words } },
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
  });
  void instance.init();
  return (key, values) => instance.t(key, { ...values });
}
