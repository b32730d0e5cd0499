import { Badge } from "@fluentui/react-components";
import type { Shape } from "@sealpost/api-client";
import { useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { type Stand, stand } from "./stand.ts";

const COLOURS: Record<Stand, "brand" | "success" | "informative"> = {
  open: "brand",
  used_up: "success",
  closed: "informative",
  over: "informative",
};

/** Where a request stands: in words, the colour only beside. */
export function StandBadge({ request }: { readonly request: Shape<"UploadRequest"> }): ReactNode {
  const { t } = useSpeech();
  const where = stand(request);
  return (
    <Badge appearance="tint" color={COLOURS[where]}>
      {t(`requests.${where}`)}
    </Badge>
  );
}
