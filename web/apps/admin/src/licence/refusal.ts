/** Why a licence is not accepted, in the reader's language. */
import { Problem } from "@sealpost/api-client";
import type { TextKey } from "@sealpost/ui";

const REASONS: Partial<Record<NonNullable<Problem["code"]>, TextKey>> = {
  licence_refused_ended: "licence.refused.ended",
  licence_refused_future: "licence.refused.future",
  licence_refused_not_asked: "licence.refused.not_asked",
  licence_refused_not_genuine: "licence.refused.not_genuine",
  licence_refused_older: "licence.refused.older",
  licence_refused_other_tenant: "licence.refused.other_tenant",
};

/** What to say of a refusal; nothing if it is none. */
export function refusal(error: Error | null): TextKey | undefined {
  return error instanceof Problem && error.code ? REASONS[error.code] : undefined;
}
