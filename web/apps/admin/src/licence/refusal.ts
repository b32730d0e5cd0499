/** Why a licence is not accepted, in the reader's language. */
import { Problem } from "@sealpost/api-client";
import type { TextKey } from "@sealpost/ui";

/** By what the service's own words hold: it has one code for all of them. */
const REASONS: readonly (readonly [RegExp, TextKey])[] = [
  [/it has ended/, "licence.refused.ended"],
  [/in the future/, "licence.refused.future"],
  [/asks for no licences/, "licence.refused.not_asked"],
  [/has signed/, "licence.refused.not_genuine"],
  [/later one/, "licence.refused.older"],
  [/another tenant/, "licence.refused.other_tenant"],
];

/** What to say of a refusal; nothing if it is none, and the service's own words where they are others than these. */
export function refusal(
  error: Error | null,
): { readonly text: TextKey } | { readonly said: string } | undefined {
  if (!(error instanceof Problem) || error.code !== "licence_refused") return undefined;
  const said = error.body.detail ?? "";
  const text = REASONS.find(([words]) => words.test(said))?.[1];
  return text ? { text } : { said };
}
