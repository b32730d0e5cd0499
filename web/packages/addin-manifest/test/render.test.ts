import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { renderJson, renderXml } from "../src/render.ts";
import { catalogue, FOLDER, LANGUAGES, LONGEST, SAMPLES, SHARED, template } from "./samples.ts";

const README = readFileSync(new URL("README.md", FOLDER), "utf8");
const TEMPLATES = ["manifest.xml", "manifest.json", "de.json", "nl.json"];
const places = (name: string) =>
  [...template(name).matchAll(/\{\{([^{}]*)\}\}/g)].map(([, place = ""]) => place);

test("the README lists every place of the templates, and no other", () => {
  const used = TEMPLATES.flatMap(places).map((place) => place.replace(/\.(en|de|nl)$/, ""));
  const own = [...new Set(used)].filter((place) => !(place in catalogue("en")) || place in LONGEST);
  const listed = [...README.matchAll(/^\| `\{\{(\w+)(?:\.LANGUAGE)?\}\}`/gm)].map(([, name]) => name);
  expect(listed.sort()).toEqual(own.sort());
});

test("a text of the catalogue has its place, and every language of it", () => {
  const used = new Set(TEMPLATES.flatMap(places));
  for (const language of LANGUAGES) {
    for (const key of Object.keys(catalogue(language))) expect(used, key).toContain(`${key}.${language}`);
  }
});

test("what is left empty is an error, and names the place", () => {
  expect(() => renderXml("<a>{{version}}</a>", {})).toThrow("{{version}}");
});

test("a value is text wherever it stands, and no place of its own", () => {
  const value = `<x a="1" b='2'>&amp;]]>{{b}}\n\u0007\u202e\ud800`;
  const escaped = "&#60;x a=&#34;1&#34; b=&#39;2&#39;&#62;&#38;amp;]]&#62;{{b}}&#10;\u202e";
  expect(renderXml(`<a b="{{a}}">{{a}}</a>`, { a: value, b: "never" })).toBe(
    `<a b="${escaped}">${escaped}</a>`,
  );
  expect(JSON.parse(renderJson(`{"a": "{{a}}"}`, { a: value, b: "never" }))).toEqual({ a: value });
});

test("the service renders the same, byte for byte", () => {
  expect(renderXml(template("manifest.xml"), SHARED)).toBe(template("sample/manifest.xml"));
  for (const name of ["manifest.json", "de.json", "nl.json"]) {
    expect(renderJson(template(name), SHARED), name).toBe(template(`sample/${name}`));
  }
});

test("the samples reach the bounds that the README gives", () => {
  for (const [key, most] of Object.entries(LONGEST)) {
    const values = Object.entries(SAMPLES["longest texts"] ?? {}).filter(
      ([name]) => name.split(".")[0] === key,
    );
    for (const [name, value] of values) expect(value.length, name).toBe(most);
    expect(README).toMatch(new RegExp(`^\\| \`\\{\\{${key}(\\.LANGUAGE)?\\}\\}\` \\|.*\\b${most}\\b`, "m"));
  }
});
