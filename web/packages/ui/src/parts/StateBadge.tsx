import { Badge } from "@fluentui/react-components";
import type { Shape } from "@sealpost/api-client";
import type { ReactNode } from "react";
import { useSpeech } from "../language/LanguageProvider.tsx";

type State = Shape<"TransferState"> | Shape<"RecipientState">;

const COLOURS: Record<State, "informative" | "success" | "danger" | "subtle" | "brand"> = {
  available: "brand",
  blocked: "danger",
  downloaded: "success",
  draft: "informative",
  expired: "informative",
  notified: "informative",
  opened: "brand",
  pending: "informative",
  purged: "informative",
  sealed: "informative",
};

/** Where a transfer, or a recipient of one, stands: in words, the colour only beside. */
export function StateBadge({ state }: { readonly state: State }): ReactNode {
  const { t } = useSpeech();
  return (
    <Badge appearance="tint" color={COLOURS[state]}>
      {t(`state.${state}`)}
    </Badge>
  );
}
