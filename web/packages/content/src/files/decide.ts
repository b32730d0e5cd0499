import type { ArchiveFindings, FileKind, Findings } from "./kinds.ts";
import { isActive } from "./kinds.ts";
import { type NameTraits, promised, traitsOf } from "./name.ts";

type Choice = "allow" | "deny";

/** Rules about files, as `policy.types` of `GET /api/v1/addin/bootstrap` gives them (docs/policy.md). */
export interface TypeRules {
  readonly mode: Choice;
  readonly extensions: readonly string[];
  readonly kinds: readonly FileKind[];
  readonly disguises: Choice;
  readonly mismatch: Choice;
  readonly archives: {
    readonly look_inside: boolean;
    readonly encrypted: Choice;
    readonly uninspectable: Choice;
    readonly max_entries: number;
    readonly max_ratio: number;
    readonly max_unpacked_bytes: number;
    readonly max_depth: number;
  };
  readonly zero_knowledge: { readonly require: readonly FileKind[]; readonly forbid: readonly FileKind[] };
}

/** Why a file may not be sent: the words of `type_refused`. */
export interface FileRefusal {
  readonly rule: string;
  readonly what: string;
  /** The name of what is inside of the file, if it is that. */
  readonly inside?: string;
}

/** Archives that become less than this in all may be as dense as they like. */
const DENSE_BYTES = 64 << 20;

/** What the lists say of a file that was looked into, sealed or not; nothing if it may be sent. */
export function refusalOf(rules: TypeRules, name: string, findings: Findings): FileRefusal | undefined {
  const traits = traitsOf(name);
  return (
    ofName(rules, traits) ??
    ofKinds(rules, traits, findings.kinds) ??
    (findings.archive && rules.archives.look_inside ? ofArchive(rules, findings.archive) : undefined)
  );
}

function ofName(rules: TypeRules, { extension, trick, kinds }: NameTraits): FileRefusal | undefined {
  if (rules.disguises === "deny" && trick) return { rule: "disguises", what: trick };
  const listed = extension !== undefined && rules.extensions.includes(extension);
  if (rules.mode === "deny") {
    if (listed) return { rule: "extensions", what: extension };
    const refused = kinds.find((kind) => rules.kinds.includes(kind));
    return refused && { rule: "kinds", what: refused };
  }
  if (listed) return undefined;
  if (extension === undefined) {
    // What promises nothing is what it turns out to be.
    const what = "a name without an extension";
    return rules.kinds.length > 0 ? undefined : { rule: "not_listed", what };
  }
  const all = kinds.every((kind) => rules.kinds.includes(kind));
  const some = kinds.length > 0 || rules.kinds.includes("unknown");
  return all && some ? undefined : { rule: "not_listed", what: `.${extension}` };
}

function ofKinds(rules: TypeRules, traits: NameTraits, found: readonly FileKind[]): FileRefusal | undefined {
  const { extension, kinds } = traits;
  if (rules.mode === "deny") {
    const refused = found.find((kind) => rules.kinds.includes(kind));
    if (refused) return { rule: "kinds", what: refused };
  } else {
    const listed = extension !== undefined && rules.extensions.includes(extension);
    const vaguely = (kind: FileKind) =>
      kinds.some((one) => rules.kinds.includes(one) && isVague(one, [kind]));
    const fits = (kind: FileKind) =>
      rules.kinds.includes(kind) || (listed && mayBe(extension, kind)) || vaguely(kind);
    const refused = found.find((kind) => !fits(kind));
    if (refused) return { rule: "not_listed", what: refused };
  }
  const kept = kinds.length === 0 || kinds.some((kind) => found.includes(kind) || isVague(kind, found));
  const [first] = found;
  return rules.mismatch === "deny" && !kept && first ? { rule: "mismatch", what: first } : undefined;
}

function ofArchive(rules: TypeRules, archive: ArchiveFindings): FileRefusal | undefined {
  const bounds = rules.archives;
  const refuse = (part: string, what: string | number, inside?: string): FileRefusal => ({
    rule: part === "" ? "archives" : `archives.${part}`,
    what: String(what),
    ...(inside !== undefined && { inside }),
  });
  if (archive.damaged !== undefined) return refuse("", archive.damaged);
  if (archive.entries > bounds.max_entries) return refuse("max_entries", archive.entries);
  if (archive.unpacked > bounds.max_unpacked_bytes) return refuse("max_unpacked_bytes", archive.unpacked);
  const ratio = Math.floor(archive.unpacked / Math.max(archive.packed, 1));
  if (archive.unpacked > DENSE_BYTES && ratio > bounds.max_ratio) return refuse("max_ratio", ratio);
  if (bounds.encrypted === "deny" && archive.encrypted !== undefined) {
    return refuse("encrypted", "a password is needed", archive.encrypted);
  }
  if (bounds.uninspectable === "deny" && archive.closed !== undefined) {
    return refuse("uninspectable", "an archive", archive.closed);
  }
  for (const name of archive.names) {
    const refused = ofName(rules, traitsOf(name));
    if (refused) return { ...refused, inside: name };
  }
  return undefined;
}

/** Whether what an extension promises covers a kind. One that promises nothing to us covers whatever runs nothing. */
function mayBe(extension: string, kind: FileKind): boolean {
  const kinds = promised(extension);
  if (kinds.length === 0) return !isActive(kind) && kind !== "office_macros";
  return kinds.includes(kind) || kinds.some((one) => isVague(one, [kind]));
}

const VAGUE = ["text", "email", "web", "model", "database", "audio", "video", "font", "other"];

/** Whether a content of these kinds keeps a promise that nothing in a content can show. */
function isVague(promise: FileKind, kinds: readonly FileKind[]): boolean {
  const all = (...words: FileKind[]) => kinds.every((kind) => words.includes(kind));
  const document = promise === "text" && all("text", "web", "email");
  return VAGUE.includes(promise) && (document || all("text", "unknown", "other"));
}
