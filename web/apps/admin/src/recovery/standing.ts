import type { Shape } from "@sealpost/api-client";
import type { TextKey } from "@sealpost/ui";

export const RECOVERIES = ["recoveries"] as const;

export type Wish = Shape<"Recovery">;

/** How a wish stands, as people read it. */
export function standing({ state }: Wish): TextKey {
  if (state === "pending") return "recovery.state.pending";
  if (state === "approved") return "recovery.state.approved";
  return state === "refused" ? "recovery.state.refused" : "recovery.state.over";
}
