import { Button, MessageBar, MessageBarActions, MessageBarBody } from "@fluentui/react-components";
import { ProblemBar, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { OfficeFault } from "../office/call.ts";

interface Props {
  readonly error: Error;
  /** What could not be done, and what to do instead. */
  readonly text: string;
  readonly retry?: (() => void) | undefined;
}

/** What went wrong between Outlook and the pane. What is the service's is told as everywhere. */
export function OutlookProblem({ error, text, retry }: Props): ReactNode {
  const { t } = useSpeech();
  if (!(error instanceof OfficeFault)) return <ProblemBar error={error} retry={retry} />;
  // What this Outlook does not know, another try does not teach it.
  const again = error.why === "missing" ? undefined : retry;
  return (
    <MessageBar intent="warning" layout="multiline" role="alert">
      <MessageBarBody>{text}</MessageBarBody>
      {again && (
        <MessageBarActions>
          <Button onClick={again}>{t("problem.retry")}</Button>
        </MessageBarActions>
      )}
    </MessageBar>
  );
}
