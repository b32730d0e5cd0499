import { readFileSync } from "node:fs";

import { renderJson, renderXml, type Values } from "../src/render.ts";

export const FOLDER = new URL("../../../../addin-manifest/", import.meta.url);
export const LANGUAGES = ["en", "de", "nl"] as const;
export const template = (name: string) => readFileSync(new URL(name, FOLDER), "utf8");

/** The longest text of each kind that `addin-manifest/README.md` allows: what an admin gives, and our own catalogue. */
export const LONGEST: Readonly<Record<string, number>> = {
  display_name: 30,
  description: 250,
  provider_name: 32,
};

export function catalogue(language: string): Record<string, string> {
  const path = new URL(`../../../../locales/${language}/manifest.json`, import.meta.url);
  return JSON.parse(readFileSync(path, "utf8")) as Record<string, string>;
}

const PLAIN: Values = {
  addin_id: "6f1c1b0e-6f0e-4b7e-9a55-2d1d0e0c7a10",
  app_id: "1b7d0a52-90a4-4d27-8a8b-54a3f3a2b0c4",
  base_url: "https://files.st-anna.example",
  host: "files.st-anna.example",
  json_send_mode: "promptUser",
  json_version: "1.0.0",
  privacy_url: "https://st-anna.example/privacy",
  provider_name: "St. Anna",
  send_mode: "PromptUser",
  support_url: "https://st-anna.example/help",
  terms_url: "https://st-anna.example/terms",
  version: "1.0.0.0",
  website_url: "https://st-anna.example",
};

function withTexts(values: Values, own: (key: string, text: string, language: string) => string): Values {
  const texts = LANGUAGES.flatMap((language) =>
    Object.entries(catalogue(language)).map(([key, text]) => [
      `${key}.${language}`,
      own(key, text, language),
    ]),
  );
  return { ...values, ...(Object.fromEntries(texts) as Values) };
}

/** Of `length` UTF-16 units, as Microsoft counts. */
const long = (text: string, length: number) => text.repeat(length).slice(0, length);
const HOSTILE = `<b a='1'>&"\u202e]]>{{addin_id}}\\`;

/** What `crates/manifest` has made of the same values lies beside them in `addin-manifest/sample`. */
export const SHARED: Values = withTexts(
  JSON.parse(template("sample/values.json")) as Values,
  (_, text) => text,
);

/** What stands in the places, by what is special about it. */
export const SAMPLES: Readonly<Record<string, Values>> = {
  plain: withTexts(PLAIN, (_, text) => text),
  "what the service renders": SHARED,
  "markup and marks of direction": withTexts(
    {
      ...PLAIN,
      provider_name: HOSTILE,
      support_url: "https://st-anna.example/help?a=1&b=%22%3C",
      send_mode: "SoftBlock",
      json_send_mode: "softBlock",
    },
    (key, text) => (key in LONGEST ? HOSTILE : text),
  ),
  "longest texts": withTexts(
    {
      ...PLAIN,
      base_url: `https://${"a".repeat(63)}.${"b".repeat(63)}.${"c".repeat(63)}.${"d".repeat(57)}.example:65535`,
      host: `${"a".repeat(63)}.${"b".repeat(63)}.${"c".repeat(63)}.${"d".repeat(57)}.example`,
      provider_name: long("é&", LONGEST.provider_name ?? 0),
      support_url: `https://st-anna.example/${"h".repeat(2024)}`,
      version: "65535.65535.65535.65535",
      json_version: "65535.65535.65535",
      send_mode: "Block",
      json_send_mode: "block",
    },
    (key, text, language) =>
      key in LONGEST ? long(`${language}<é `, LONGEST[key] ?? 0).replace(/ $/, ".") : text,
  ),
};

export const xml = (values: Values) => renderXml(template("manifest.xml"), values);
export const json = (values: Values, name = "manifest.json") =>
  JSON.parse(renderJson(template(name), values)) as Record<string, unknown>;
