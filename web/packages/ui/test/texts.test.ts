import { expect, test } from "vitest";

import { preferred } from "../src/language/languages.ts";
import { type Catalogue, translate } from "../src/language/texts.ts";

const ui = "ui";

/** What all pages share, those of an app, or of a part of one that comes alone; each in all languages. */
const FOUND = import.meta.glob<{ default: Catalogue }>(
  "../../../../locales/*/{ui,senders,outsiders,delivery,console,events,keys,manifest,pane,proof}.json",
  { eager: true },
);
const SOURCES = import.meta.glob<string>(
  ["../../../apps/*/src/**/*.{ts,tsx}", "../../sending/src/**/*.{ts,tsx}", "../src/stepUp/*.tsx"],
  {
    eager: true,
    query: "?raw",
    import: "default",
  },
);

/** The catalogue that a source's own texts are in. */
function catalogueOf(path: string): string {
  if (path.includes("/apps/admin/")) return "console";
  if (path.includes("/apps/events/")) return "events";
  if (path.includes("/apps/pane/")) return "pane";
  if (path.includes("/src/stepUp/")) return "proof";
  if (/\/(keys|request\/sealed|delivery\/toKey)\/|\/ToKeyField\./.test(path)) return "keys";
  if (path.includes("/apps/pages/src/delivery/")) return "delivery";
  return path.includes("/apps/pages/src/request/") ? "outsiders" : "senders";
}

const catalogues = new Map<string, Map<string, Catalogue>>();
for (const [path, { default: catalogue }] of Object.entries(FOUND)) {
  const [file = "", language = ""] = path.split("/").reverse();
  const name = file.replace(".json", "");
  const languages = catalogues.get(name) ?? new Map<string, Catalogue>();
  catalogues.set(name, languages.set(language, catalogue));
}
const english = (app: string) => catalogues.get(app)?.get("en") ?? {};
const places = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();

test("every language has every text, with the same places in it", () => {
  expect([...catalogues.keys()].sort()).toEqual([
    "console",
    "delivery",
    "events",
    "keys",
    "manifest",
    "outsiders",
    "pane",
    "proof",
    "senders",
    ui,
  ]);
  for (const [app, languages] of catalogues) {
    expect([...languages.keys()].sort(), app).toEqual(["de", "en", "nl"]);
    for (const [language, catalogue] of languages) {
      expect(Object.keys(catalogue), `${app}, ${language}`).toEqual(Object.keys(english(app)).sort());
      for (const [key, text] of Object.entries(english(app))) {
        expect(places(catalogue[key] ?? ""), `${language}: ${key}`).toEqual(places(text));
        expect(catalogue[key]?.trim(), `${language}: ${key}`).toBe(catalogue[key]);
      }
    }
  }
});

test("a text with a plural has both forms", () => {
  for (const app of catalogues.keys()) {
    const keys = Object.keys(english(app));
    for (const key of keys.filter((one) => /_(one|other)$/.test(one))) {
      const base = key.replace(/_(one|other)$/, "");
      expect(keys, key).toEqual(expect.arrayContaining([`${base}_one`, `${base}_other`]));
    }
  }
});

test("no app names a text that only another one has", () => {
  const apps = [...catalogues.keys()].filter((app) => app !== ui);
  for (const app of apps) {
    const source = Object.entries(SOURCES)
      .filter(([path]) => catalogueOf(path) === app)
      .map(([, text]) => text)
      .join("\n");
    // A part has the texts of its app, too; the app has none of its parts'.
    const known = {
      ...english(ui),
      ...(["outsiders", "pane"].includes(app) && english("senders")),
      ...english(app),
    };
    const strange = apps
      .flatMap((other) => Object.keys(english(other)))
      .filter((key) => !(key in known))
      .map((key) => key.replace(/_(one|other)$/, ""));
    expect(
      strange.filter((key) => source.includes(`"${key}"`)),
      app,
    ).toEqual([]);
    // One that shadows a shared one would say something else than the same page elsewhere.
    expect(
      Object.keys(english(app)).filter((key) => key in english(ui)),
      app,
    ).toEqual([]);
  }
});

test("what stands in a text is taken as it is", () => {
  const t = translate("en", english(ui));
  expect(t("problem.type_refused", { name: "<b>&{{what}}", what: "a program" })).toContain("<b>&{{what}}");
  expect(t("format.days", { count: 1 })).toBe("1 day");
  expect(t("format.days", { count: 0 })).toBe("0 days");
});

test("the first language that we speak is spoken", () => {
  expect(preferred([null, "fr-FR", "de-AT", "en"])).toBe("de");
  expect(preferred(["NL-be"])).toBe("nl");
  expect(preferred([null, "fr"])).toBe("en");
  expect(preferred([])).toBe("en");
});
