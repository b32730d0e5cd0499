import type { Shape } from "@sealpost/api-client";

type State = Shape<"TransferState">;

const STATES: readonly State[] = ["available", "blocked", "draft", "expired", "purged", "sealed"];

/** A state of the log, which the API's description has as any text. */
export function shownState(state: string): State {
  return STATES.find((known) => known === state) ?? "draft";
}
