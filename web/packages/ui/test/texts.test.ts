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

/** The catalogues that a source's page has beside its own and those that all share. */
function besides(path: string): string[] {
  if (path.includes("/delivery/toKey/")) return ["delivery"];
  if (path.includes("/request/")) return ["outsiders", "senders"];
  return path.includes("/apps/pane/") || path.includes("/ToKeyField.") ? ["senders"] : [];
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

test("no source names a text that only another app has", () => {
  const all = new Set([...catalogues.keys()].flatMap((app) => Object.keys(english(app))));
  for (const [path, source] of Object.entries(SOURCES)) {
    const known = [ui, ...besides(path), catalogueOf(path)].map(english);
    const strange = [...all].filter((key) => !known.some((catalogue) => key in catalogue));
    const bare = strange.map((key) => key.replace(/_(one|other)$/, ""));
    expect(
      bare.filter((key) => source.includes(`"${key}"`)),
      path,
    ).toEqual([]);
  }
});

test("no app's text shadows a shared one, and would say something else than the same page elsewhere", () => {
  for (const app of [...catalogues.keys()].filter((one) => one !== ui))
    expect(
      Object.keys(english(app)).filter((key) => key in english(ui)),
      app,
    ).toEqual([]);
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
