/**
 * Fills the templates of `addin-manifest/` in. What the tests check is made by this; the service does the same, by the rules in
 * `addin-manifest/README.md`.
 */

/** What a template's places are filled with, by their names. */
export type Values = Readonly<Record<string, string>>;

/** As text of an element or in an attribute: what XML does not know at all is left out. */
export function renderXml(template: string, values: Values): string {
  return fill(template, values, (value) =>
    value.replace(NOT_XML, "").replace(/[&<>"'\t\n\r]/g, (character) => `&#${character.charCodeAt(0)};`),
  );
}

/** Inside of a JSON string. */
export function renderJson(template: string, values: Values): string {
  return fill(template, values, (value) => JSON.stringify(value).slice(1, -1));
}

/** Characters that an XML document cannot have (XML 1.0, 2.2 Char), and halves of pairs. */
const NOT_XML = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

/** One pass: what stands in a value is never a place of its own. */
function fill(template: string, values: Values, escaped: (value: string) => string): string {
  return template.replace(/\{\{([^{}]*)\}\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) {
      throw new Error(`nothing to put in the place of {{${name}}}`);
    }
    return escaped(value);
  });
}
