/** What the service says a version has changed: settings with both values, of rules how many, of the rest that it differs. */
import type { Json, Path } from "./document.ts";

interface Counts {
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
  readonly reordered: boolean;
}

export interface Told {
  readonly path: Path;
  readonly values?: readonly [before: Json, after: Json];
  readonly rules?: Counts;
}

/** What differs, place by place; what this page does not know of is left out. */
export function toldDifference(difference: unknown): readonly Told[] {
  const said = (difference ?? {}) as Readonly<Record<string, unknown>>;
  const values = (subject: string): readonly Told[] =>
    Object.entries((said[subject] ?? {}) as Readonly<Record<string, readonly [Json, Json]>>).flatMap(
      ([name, both]) =>
        Array.isArray(both) ? innermost(`${subject}.${name}`, both[0] ?? null, both[1] ?? null) : [],
    );
  const rules = (subject: string): readonly Told[] => {
    const counts = said[subject] as Counts | undefined;
    const isAny =
      counts && (counts.added > 0 || counts.removed > 0 || counts.changed > 0 || counts.reordered);
    return isAny ? [{ path: subject, rules: counts }] : [];
  };
  const flag = (subject: string, path: Path): readonly Told[] => (said[subject] === true ? [{ path }] : []);
  const branding = Array.isArray(said.branding) ? said.branding : [];
  return [
    ...values("settings"),
    ...flag("domains", "domains"),
    ...rules("addresses"),
    ...values("types"),
    ...rules("content"),
    ...values("scan"),
    ...flag("contacts", "contacts.incidents"),
    ...flag("reports", "reports"),
    ...values("addin"),
    ...branding.map((name) => ({ path: `branding.${name}` })),
  ];
}

/** Of two objects the names in them that differ. */
function innermost(path: Path, before: Json, after: Json): readonly Told[] {
  if (!isObject(before) || !isObject(after)) return [{ path, values: [before, after] }];
  return Object.keys({ ...before, ...after })
    .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
    .map((name) => ({ path: `${path}.${name}`, values: [before[name] ?? null, after[name] ?? null] }));
}

function isObject(value: Json): value is { readonly [name: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
