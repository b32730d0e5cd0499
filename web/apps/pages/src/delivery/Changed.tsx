import { useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { Notice } from "./Notice.tsx";
import type { NotWhole } from "./whole.ts";

/** What came is not what the sender has sealed: what is known of that, and what to do. Nothing of it is shown. */
export function Changed({ error: { here, meant } }: { readonly error: NotWhole }): ReactNode {
  const { t } = useSpeech();
  const found =
    meant === undefined
      ? t("delivery.changed.unbound")
      : here === meant
        ? t("delivery.changed.other")
        : t("delivery.changed.files", { here, meant });
  return (
    <Notice title={t("delivery.changed")}>
      {found} {t("delivery.changed.ask")}
    </Notice>
  );
}
