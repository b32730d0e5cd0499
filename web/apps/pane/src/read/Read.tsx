import type { Bootstrap } from "@sealpost/ui";
import { useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import type { Reading } from "../office/reading.ts";

interface Props {
  readonly mail: Reading;
  readonly bootstrap: Bootstrap;
}

/** What Sealpost has to do with a mail that is read. */
export default function Read(_: Props): ReactNode {
  const { t } = useSpeech();
  return <p>{t("read.none")}</p>;
}
