/** What rules about recipients and kinds of files say of who seals, before anything is made: fetched where there are such rules. */
import type { Shape } from "@sealpost/api-client";
import { type FileKind, look, type TypeRules } from "@sealpost/content/files";
import { type Saying, type SealingRules, sealing } from "@sealpost/content/sealing";
import type { Bootstrap } from "@sealpost/ui";

import type { Draft } from "../new/draft.ts";

/** What the rules say together, and which do. */
export interface Verdict {
  readonly verdict: "required" | "forbidden" | "free" | "impossible";
  readonly rules: readonly Shape<"ModeRule">[];
}

/** Files are looked at once. */
const seen = new WeakMap<File, Promise<readonly FileKind[]>>();

export async function verdictOf(
  { recipients, files }: Pick<Draft, "recipients" | "files">,
  { policy }: Bootstrap,
): Promise<Verdict> {
  // The description of the API calls them objects; what they say is described beside the engine.
  const rules = policy.sealing as unknown as SealingRules;
  const { zero_knowledge: kinds } = policy.types as unknown as TypeRules;
  const asksContent = kinds.require.length > 0 || kinds.forbid.length > 0;
  const looked = files.map(async ({ path, file }) => ({
    name: path,
    kinds: asksContent ? await kindsOf(path, file) : [],
  }));
  const addresses = recipients.map(({ email }) => email);
  const { verdict, sayings } = sealing(rules, kinds, addresses, await Promise.all(looked));
  return { verdict, rules: sayings.map(ruleOf) };
}

function kindsOf(path: string, file: File): Promise<readonly FileKind[]> {
  const known = seen.get(file);
  if (known) return known;
  // One that cannot be read says nothing here; it is told when it is to be sent.
  const kinds = look(path, file).then(
    (findings) => findings.kinds,
    () => [],
  );
  seen.set(file, kinds);
  return kinds;
}

function ruleOf({ says, about, name, kind }: Saying): Shape<"ModeRule"> {
  return {
    says,
    about,
    ...(name !== undefined && { rule: name }),
    ...(kind && { kind }),
  } as Shape<"ModeRule">;
}
