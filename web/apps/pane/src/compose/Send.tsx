import { type Bootstrap, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import type { Compose } from "../office/compose.ts";

interface Props {
  readonly mail: Compose;
  readonly bootstrap: Bootstrap;
}

/** Files that go with the mail that is being written. */
export default function Send(_: Props): ReactNode {
  const { t } = useSpeech();
  return <h1>{t("pane.tab.send")}</h1>;
}
