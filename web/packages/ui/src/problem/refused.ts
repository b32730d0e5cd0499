import type { Shape } from "@sealpost/api-client";

import { isolate } from "../format/isolate.ts";
import type { TextKey, Translate } from "../language/texts.ts";

type Said = Pick<Shape<"RefusedFile">, "rule" | "what">;

/** Why rules refuse a file, in words: the service says a rule of the policy, and what is against it. */
export function refused({ rule, what }: Said, t: Translate): string {
  return t(`refused.${rule}`, {
    what: rule === "extensions" ? what : (found(what, t) ?? ending(rule, what, t)),
  });
}

/** Who says that the sender seals, or does not, in words. */
export function modeRule({ says, rule, kind }: Shape<"ModeRule">, t: Translate): string {
  const word = says === "require" ? "require" : "forbid";
  if (kind) return t(`problem.mode_refused.${word}_kind`, { kind: found(kind, t) ?? kind });
  return rule
    ? t(`problem.mode_refused.${word}`, { rule: isolate(rule) })
    : t(`problem.mode_refused.${word}_all`);
}

/** What a file is, or how its name deceives, by the service's word for it. */
function found(what: string, t: Translate): string | undefined {
  for (const key of [`kind.${what}`, `refused.name.${what}`] as TextKey[]) {
    const text = t(key);
    if (text !== key) return text;
  }
  return undefined;
}

/** What stands behind the dot of a name; a name in which there is nothing behind one is told by a sentence in English. */
function ending(rule: Said["rule"], what: string, t: Translate): string {
  return rule === "not_listed" && !what.startsWith(".") ? t("refused.nameless") : what;
}
