import { Button } from "@fluentui/react-components";
import { useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import type { Deed } from "./deeds.ts";

interface Props {
  /** Where it stands: only what is there is blocked, and only what is blocked is given back. */
  readonly state: string;
  /** What it is, or who, for those who do not see what the button stands beside. */
  readonly what: string;
  readonly size?: "small" | "medium";
  readonly isBusy: boolean;
  readonly onDeed: (wish: Deed["do"]) => void;
}

/** Takes access away, and gives it back: it can be undone, so nobody is asked twice. */
export function BlockButton({ state, what, size = "medium", isBusy, onDeed }: Props): ReactNode {
  const { t } = useSpeech();
  if (state !== "available" && state !== "blocked") return null;
  const wish = state === "blocked" ? "unblock" : "block";
  return (
    <Button
      size={size}
      disabledFocusable={isBusy}
      aria-label={t(`transfers.${wish}_this`, { what })}
      onClick={() => onDeed(wish)}
    >
      {t(`transfers.${wish}`)}
    </Button>
  );
}
