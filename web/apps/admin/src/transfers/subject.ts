import type { Shape } from "@sealpost/api-client";
import type { Translate } from "@sealpost/ui";

type Line = Pick<Shape<"TransferLogLine">, "subject" | "state" | "mode">;

/** What a transfer is called: by its subject, or by why there is none to be seen. */
export function subjectOf({ subject, state, mode }: Line, t: Translate): string {
  if (subject) return subject;
  if (state === "purged") return t("transfers.removed");
  return t(mode === "zero_knowledge" ? "transfers.sealed_subject" : "transfers.no_subject");
}
