import { MessageBar, MessageBarBody } from "@fluentui/react-components";
import { useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import type { Host } from "../office/host.ts";

interface Props {
  readonly host: Host;
  /** Somebody has signed in, and his session is carried (`carry` of `@sealpost/ui`). */
  readonly onDone: () => void;
}

/** How one signs in within Outlook. */
export default function SignIn(_: Props): ReactNode {
  const { t } = useSpeech();
  return (
    <MessageBar intent="info" layout="multiline">
      <MessageBarBody>{t("problem.unauthorized")}</MessageBarBody>
    </MessageBar>
  );
}
