import { MessageBar, MessageBarBody } from "@fluentui/react-components";
import { Problem } from "@sealpost/api-client";
import { ProblemBar, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

/** Why a mail was not sent again. That it was sent a moment ago is nobody's mistake. */
export function ResendProblem({ error }: { readonly error: Error }): ReactNode {
  const { t, format } = useSpeech();
  if (!(error instanceof Problem) || error.code !== "too_many_requests") return <ProblemBar error={error} />;
  const time = format.duration(error.retryAfter ?? 600);
  return (
    <MessageBar layout="multiline" role="alert">
      <MessageBarBody>{t("resend.later", { time })}</MessageBarBody>
    </MessageBar>
  );
}
