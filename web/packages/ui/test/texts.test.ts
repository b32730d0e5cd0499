import { expect, test } from "vitest";

import { preferred } from "../src/language/languages.ts";
import { translate } from "../src/language/texts.ts";
import de from "../src/texts/de.json";
import en from "../src/texts/en.json";
import nl from "../src/texts/nl.json";

const CATALOGUES: Record<string, Record<string, string>> = { en, de, nl };
const places = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();

test("every language has every text, with the same places in it", () => {
  for (const [language, catalogue] of Object.entries(CATALOGUES)) {
    expect(Object.keys(catalogue), language).toEqual(Object.keys(en));
    for (const [key, text] of Object.entries(en)) {
      expect(places(catalogue[key] ?? ""), `${language}: ${key}`).toEqual(places(text));
      expect(catalogue[key]?.trim(), `${language}: ${key}`).toBe(catalogue[key]);
    }
  }
});

test("a text with a plural has both forms", () => {
  const keys = Object.keys(en);
  for (const key of keys.filter((one) => /_(one|other)$/.test(one))) {
    const base = key.replace(/_(one|other)$/, "");
    expect(keys, key).toEqual(expect.arrayContaining([`${base}_one`, `${base}_other`]));
  }
});

test("what stands in a text is taken as it is", () => {
  const t = translate("en", en);
  expect(t("new.recipients.remove", { address: "<b>&{{address}}" })).toBe("Remove <b>&{{address}}");
  expect(t("new.files.sum", { count: 1, size: "1 kB" })).toBe("1 file, 1 kB");
  expect(t("new.files.sum", { count: 0, size: "0 bytes" })).toBe("0 files, 0 bytes");
});

test("the first language that we speak is spoken", () => {
  expect(preferred([null, "fr-FR", "de-AT", "en"])).toBe("de");
  expect(preferred(["NL-be"])).toBe("nl");
  expect(preferred([null, "fr"])).toBe("en");
  expect(preferred([])).toBe("en");
});
