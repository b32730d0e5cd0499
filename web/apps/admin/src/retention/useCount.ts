import { useSpeech } from "@sealpost/ui";
import { useCallback } from "react";

import { COUNTED_TO } from "./words.ts";

/** Writes what was counted: where the service has stopped counting, that there may be more. */
export function useCount(): (count: number) => string {
  const { t, format } = useSpeech();
  return useCallback(
    (count) => {
      const number = format.number(count);
      return count >= COUNTED_TO ? t("retention.or_more", { number }) : number;
    },
    [t, format],
  );
}
