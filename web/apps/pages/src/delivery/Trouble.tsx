import { Button, MessageBar, MessageBarActions, MessageBarBody } from "@fluentui/react-components";
import { useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { toldRecipient } from "./told.ts";

interface Props {
  readonly error: Error;
  /** Whether a password was shown. */
  readonly password?: boolean;
  readonly busy?: boolean;
  readonly retry?: (() => void) | undefined;
}

/** What went wrong, and what a recipient can do. */
export function Trouble({ error, password = false, busy = false, retry }: Props): ReactNode {
  const { t, format } = useSpeech();
  return (
    <MessageBar intent="error" layout="multiline" role="alert">
      <MessageBarBody>{toldRecipient(error, password, t, format)}</MessageBarBody>
      {retry && (
        <MessageBarActions>
          <Button disabledFocusable={busy} onClick={retry}>
            {t("problem.retry")}
          </Button>
        </MessageBarActions>
      )}
    </MessageBar>
  );
}
