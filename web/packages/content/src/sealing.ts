/**
 * Who seals what is sent, the sender's program or the service: what the tenant's rules say of it before a draft is made. The service
 * asks them again; `crates/domain/tests/rules/sealing.json` holds what both must say.
 */

import type { TypeRules } from "./files/decide.ts";
import type { FileKind } from "./files/kinds.ts";
import { promised, traitsOf } from "./files/name.ts";
import { isAbout, isInternal } from "./pattern.ts";

/** `policy.sealing` of `GET /api/v1/addin/bootstrap`. */
export interface SealingRules {
  readonly setting: "forbid" | "allow" | "prefer" | "require";
  /** Whether `allow` gives way where no rule requires it. */
  readonly seen: boolean;
  readonly internal: readonly string[];
  readonly rules: readonly {
    readonly name: string;
    readonly recipients?: readonly string[];
    readonly zero_knowledge?: string;
  }[];
}

/** A file that is to be sent, and what it is, as far as somebody has looked. */
export interface FileToSend {
  readonly name: string;
  readonly kinds?: readonly FileKind[];
}

/** Who says what. */
export interface Saying {
  readonly says: "require" | "forbid";
  readonly about: "address" | "type" | "setting";
  /** What the rule about addresses is called. */
  readonly name?: string;
  readonly kind?: FileKind;
}

export interface Sealing {
  /** `impossible`: one rule requires what another forbids, and nothing can be sent. */
  readonly verdict: "required" | "forbidden" | "free" | "impossible";
  /** All that is said. */
  readonly sayings: readonly Saying[];
  /** Whether a rule about groups or one's own people may say more of a recipient: the service knows. */
  readonly isInDoubt: boolean;
}

/** What settings and rules say of sending these files to these recipients in one's own name. */
export function sealing(
  rules: SealingRules,
  kinds: TypeRules["zero_knowledge"],
  recipients: readonly string[],
  files: readonly FileToSend[],
): Sealing {
  const decided = recipients.map((address) => deciding(rules, address));
  const said = [...decided.flatMap((one) => one.said ?? []), ...files.flatMap((file) => ofFile(kinds, file))];
  const sayings = said.filter((one, index) => said.findIndex((other) => isSame(one, other)) === index);
  const isRequired = sayings.some(({ says }) => says === "require");
  const gives = rules.setting === "allow" && rules.seen && !isRequired;
  if (rules.setting === "forbid" || gives) sayings.push({ says: "forbid", about: "setting" });
  if (rules.setting === "require") sayings.push({ says: "require", about: "setting" });
  return { verdict: verdictOf(sayings), sayings, isInDoubt: decided.some((one) => one.isInDoubt) };
}

function verdictOf(sayings: readonly Saying[]): Sealing["verdict"] {
  const [requires, forbids] = (["require", "forbid"] as const).map((word) =>
    sayings.some(({ says }) => says === word),
  );
  if (requires) return forbids ? "impossible" : "required";
  return forbids ? "forbidden" : "free";
}

/** What the first rule about a recipient says; in doubt if one before it might be about him, and nobody knows here. */
function deciding(
  { rules, internal }: SealingRules,
  recipient: string,
): { readonly said?: Saying; readonly isInDoubt: boolean } {
  const address = recipient.trim().toLowerCase();
  const own = isInternal(internal, address);
  for (const rule of rules) {
    const patterns = rule.recipients ?? [];
    // Who has an account here is one of their own as well, wherever his address is.
    const isUnsure = (pattern: string) => !own && (pattern === "internal" || pattern === "external");
    const found = patterns.map((one) => (isUnsure(one) ? undefined : isAbout(one, address, own)));
    if (patterns.length > 0 && !found.includes(true)) {
      if (found.includes(undefined)) return { isInDoubt: true };
      continue;
    }
    const word = rule.zero_knowledge;
    if (word !== "require" && word !== "forbid") return { isInDoubt: false };
    return { said: { says: word, about: "address", name: rule.name }, isInDoubt: false };
  }
  return { isInDoubt: false };
}

function ofFile(rules: TypeRules["zero_knowledge"], { name, kinds = [] }: FileToSend): Saying[] {
  const all = [...new Set([...promised(traitsOf(name).extension), ...kinds])].sort();
  const required = all.find((kind) => rules.require.includes(kind));
  // What a name promises is not known to the service of what is sealed.
  const forbidden = [...kinds].sort().find((kind) => rules.forbid.includes(kind));
  return [
    ...(required ? [{ says: "require", about: "type", kind: required } as const] : []),
    ...(forbidden ? [{ says: "forbid", about: "type", kind: forbidden } as const] : []),
  ];
}

function isSame(one: Saying, other: Saying): boolean {
  return (["says", "about", "name", "kind"] as const).every((field) => one[field] === other[field]);
}
