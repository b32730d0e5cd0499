import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import Ajv, { type ValidateFunction } from "ajv-draft-04";
import addFormats from "ajv-formats";

const SCHEMAS = createRequire(import.meta.url).resolve("@microsoft/app-manifest/package.json");

const compiled = new Map<string, ValidateFunction>();

/** What a schema of Microsoft's for the manifest says against a document: nothing, if it says nothing. */
export function faults(version: string, name: string, document: unknown): string[] {
  const validate = compiled.get(`${version}/${name}`) ?? compile(version, name);
  validate(document);
  return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ""}`);
}

function compile(version: string, name: string): ValidateFunction {
  const path = new URL(`build/json-schemas/teams/v${version}/${name}.schema.json`, `file://${SCHEMAS}`);
  // They have `\a` in regular expressions, which ECMAScript does not know.
  const text = readFileSync(path, "utf8")
    .replace(/^\u{feff}/u, "")
    .replace(/\\\\a/g, "\\\\x07");
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  addFormats(ajv);
  const validate = ajv.compile(JSON.parse(text));
  compiled.set(`${version}/${name}`, validate);
  return validate;
}
