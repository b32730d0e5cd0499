/** The policy as a document, what was changed of it and not saved, and the merge patch (RFC 7396) that this makes. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
/** What a policy says; `docs/policy.md` lists it. */
export type Document = { readonly [name: string]: Json };
/** Where something stands in a document: names with dots between. */
export type Path = string;
/** What is to stand where; `null` brings the default back. Values are lists or no objects, so that none is merged. */
export type Edits = ReadonlyMap<Path, Json>;

function isObject(value: Json | undefined): value is Document {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What stands there; `null` where nothing does. */
export function at(document: Document, path: Path): Json {
  let value: Json | undefined = document;
  for (const name of path.split(".")) value = isObject(value) ? value[name] : undefined;
  return value ?? null;
}

/** Whether two values say the same; the order of names does not count, and that of lists does. */
export function same(one: Json, other: Json): boolean {
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((item, place) => same(item, other[place] ?? null));
  if (isObject(one) && isObject(other)) {
    const names = new Set([...Object.keys(one), ...Object.keys(other)]);
    return [...names].every((name) => same(one[name] ?? null, other[name] ?? null));
  }
  return one === other;
}

/** The edits with one more; without it, if it says what the document says. */
export function edited(document: Document, edits: Edits, path: Path, value: Json): Edits {
  const next = new Map(edits);
  if (same(at(document, path), value)) next.delete(path);
  else next.set(path, value);
  return next;
}

/** Those edits that still differ from the document: somebody else may have changed the same, to the same. */
export function differing(document: Document, edits: Edits): Edits {
  return new Map([...edits].filter(([path, value]) => !same(at(document, path), value)));
}

/** What was edited here and has changed in the meantime. */
export function contested(before: Document, now: Document, edits: Edits): readonly Path[] {
  return [...edits.keys()].filter((path) => !same(at(before, path), at(now, path)));
}

/** The merge patch of the edits. */
export function patchOf(edits: Edits): Document {
  const patch: { [name: string]: Json } = {};
  for (const [path, value] of edits) {
    const names = path.split(".");
    const last = names.pop() ?? path;
    let inner = patch;
    for (const name of names) {
      const known = inner[name];
      const next: { [name: string]: Json } = isObject(known) ? known : {};
      inner[name] = next;
      inner = next;
    }
    inner[last] = value;
  }
  return patch;
}
