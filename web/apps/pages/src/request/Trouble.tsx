import { Button, MessageBar, MessageBarActions, MessageBarBody } from "@fluentui/react-components";
import { useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { toldUploader } from "./told.ts";

interface Props {
  readonly error: Error;
  readonly busy?: boolean;
  readonly retry?: (() => void) | undefined;
}

/** What went wrong, and what an uploader can do. */
export function Trouble({ error, busy = false, retry }: Props): ReactNode {
  const { t } = useSpeech();
  return (
    <MessageBar intent="error" layout="multiline" role="alert">
      <MessageBarBody>{toldUploader(error, t)}</MessageBarBody>
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
