/** Where in the form stands what the service refuses. */
import { Problem } from "@sealpost/api-client";

import type { Path } from "./document.ts";

/** What is wrong with what was written at a place. */
export interface Fault {
  readonly text: string;
  /** Of a list of rules: the number of the one that it is about, from 1. */
  readonly rule?: number;
  /** Whether the service has said so: something else that is changed may mend it. */
  readonly isTold?: true;
}

/** What the service says where it names no place: it could not read what stands there at all. */
const UNPLACED: readonly (readonly [RegExp, Path])[] = [
  [/^not a domain/, "domains"],
  [/^an extension/, "types.extensions"],
  [/^not an e-mail address/, "contacts.incidents"],
  [/^not an address, domain/, "addresses"],
  [/^a shape/, "content"],
  [/^a colour/, "branding.accent"],
  [/^support is/, "branding.support"],
  [/^a mail host/, "addin.mail_hosts"],
  [/^a link/, "addin.links"],
  [/^branding: footer/, "branding.footer"],
];

/** The place among those that were edited that a refusal is about, and what it says; nothing if it says none. */
export function placed(
  error: Error,
  edited: readonly Path[],
): { readonly path: Path; readonly fault: Fault } | undefined {
  if (!(error instanceof Problem) || error.code !== "invalid_request") return undefined;
  const text = error.body.detail ?? error.body.title;
  if (!text) return undefined;
  const unplaced = UNPLACED.find(([pattern]) => pattern.test(text))?.[1];
  const path =
    edited.find((one) => unplaced !== undefined && (one === unplaced || one.startsWith(`${unplaced}.`))) ??
    named(text, edited) ??
    (edited.length === 1 ? edited[0] : undefined);
  if (!path) return undefined;
  const rule = Number(text.match(/\brules? (\d+)/)?.[1]);
  return { path, fault: { text, isTold: true, ...(!Number.isNaN(rule) && { rule }) } };
}

/** What the service says, with fields by the names that people know them by, and without where it stands. */
export function readable(text: string, label: (path: Path) => string, known: readonly Path[]): string {
  const names = new Map(known.map((path) => [path.split(".").at(-1) ?? path, path]));
  return text.replace(/^\w+: /, "").replace(/\b[a-z]+(?:_[a-z]+)+\b/g, (word) => {
    const path = names.get(word);
    return path ? `“${label(path)}”` : word;
  });
}

/** The place whose name stands first in the text; or else one below what the text begins with (`types: …`). */
function named(text: string, edited: readonly Path[]): Path | undefined {
  const found = edited
    .map((path) => ({ path, place: text.search(new RegExp(`\\b${path.split(".").at(-1)}\\b`)) }))
    .filter(({ place }) => place >= 0)
    .sort((one, other) => one.place - other.place);
  const subject = text.match(/^(\w+): /)?.[1];
  return found[0]?.path ?? edited.find((path) => subject !== undefined && path.split(".")[0] === subject);
}
