/** What a person is told of what went wrong while files are sealed and sent. */
import { type Translate, told } from "@sealpost/ui";

import { NoSealer } from "./NoSealer.ts";

export function toldOfSealing(error: Error, t: Translate): string {
  return error instanceof NoSealer ? t("sealing.no_worker") : told(error, t);
}
