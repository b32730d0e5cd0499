import { Button, MessageBar, MessageBarActions, MessageBarBody } from "@fluentui/react-components";
import { useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { useHost } from "../office/HostProvider.tsx";
import type { Sending } from "./sending.ts";
import type { State } from "./state.ts";

interface Props {
  readonly sending: Sending;
  readonly state: State;
}

/** What happens when the mail is sent; where Outlook does not tell us of that, what to press before. */
export function Ready({ sending, state: { complete, changing, kept } }: Props): ReactNode {
  const { t } = useSpeech();
  const { hasSendEvent } = useHost();
  const bySending = hasSendEvent && kept?.ticket !== false;
  if (!complete)
    return (
      <MessageBar intent="info" layout="multiline">
        <MessageBarBody>{t("compose.ready.uploading")}</MessageBarBody>
      </MessageBar>
    );
  return (
    <MessageBar intent={bySending ? "success" : "warning"} layout="multiline" role="status">
      <MessageBarBody>{t(bySending ? "compose.ready.sent" : "compose.ready.by_hand")}</MessageBarBody>
      {!bySending && (
        <MessageBarActions>
          <Button appearance="primary" disabledFocusable={changing} onClick={() => void sending.release()}>
            {t("compose.release")}
          </Button>
        </MessageBarActions>
      )}
    </MessageBar>
  );
}
