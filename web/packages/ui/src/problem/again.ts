import { NoConnection, Problem } from "@sealpost/api-client";

import { MissingPart } from "../place/MissingPart.ts";

/** Whether a query that has failed is worth another try by itself: refusals stay what they are. */
export function again(failures: number, error: Error): boolean {
  const passing =
    error instanceof NoConnection ||
    error instanceof MissingPart ||
    (error instanceof Problem && error.status === 503);
  return passing && failures < 3;
}
