import { Button, MessageBar, MessageBarActions, MessageBarBody } from "@fluentui/react-components";
import { SealingField } from "@sealpost/sending/new/SealingField.tsx";
import { isSealed } from "@sealpost/sending/new/sealingChoice.ts";
import { useVerdict } from "@sealpost/sending/new/useVerdict.ts";
import { NoSealer } from "@sealpost/sending/sealing/NoSealer.ts";
import { type Bootstrap, told, useSpeech } from "@sealpost/ui";
import { type ReactNode, useEffect } from "react";

import { isAboutMode } from "./isAboutMode.ts";
import { StrangeLink } from "./sealedHere.ts";
import type { Sending } from "./sending.ts";
import type { State } from "./state.ts";

interface Props {
  readonly sending: Sending;
  readonly state: State;
  readonly bootstrap: Bootstrap;
}

/** Who seals the files of the mail: chosen before the first one, said after it, and what can be done where it is to be the other. */
export default function Sealing({ sending, state, bootstrap }: Props): ReactNode {
  const { t } = useSpeech();
  const { stage, draft, error, refusal, underWay } = state;
  const problem = refusal ?? error;
  const verdict = useVerdict({ ...draft, files: state.waiting }, bootstrap);
  const { policy } = bootstrap;
  const isRequired = stage === "none" && !draft.sealed && isSealed(false, policy, verdict);
  useEffect(() => {
    if (isRequired) sending.change({ sealed: true });
  }, [isRequired, sending]);
  if (error instanceof NoSealer)
    return (
      <MessageBar intent="error" layout="multiline" role="alert">
        <MessageBarBody>{t("compose.sealed.unable")}</MessageBarBody>
        <MessageBarActions>
          <Button onClick={() => sending.retry()}>{t("problem.retry")}</Button>
          {policy.zero_knowledge !== "require" && stage === "none" && (
            <Button onClick={() => void sending.restart(false)}>{t("compose.sealed.let_service")}</Button>
          )}
        </MessageBarActions>
      </MessageBar>
    );
  if (error instanceof StrangeLink)
    return (
      <MessageBar intent="error" layout="multiline" role="alert">
        <MessageBarBody>{t("compose.sealed.strange")}</MessageBarBody>
      </MessageBar>
    );
  if (stage === "draft")
    return (
      <>
        {draft.sealed && (
          <MessageBar intent="info" layout="multiline">
            <MessageBarBody>
              {t("compose.sealed")} {underWay?.sealed?.isKept === false && t("compose.sealed.not_kept")}
            </MessageBarBody>
          </MessageBar>
        )}
        {problem && isAboutMode(problem) && (
          <MessageBar intent="error" layout="multiline" role="alert">
            <MessageBarBody>
              {told(problem, t)} {t("compose.sealed.anew")}
            </MessageBarBody>
            <MessageBarActions>
              {underWay?.queue.chosen() && (
                <Button onClick={() => void sending.restart(!draft.sealed)}>
                  {t(draft.sealed ? "compose.sealed.let_service" : "compose.sealed.here")}
                </Button>
              )}
            </MessageBarActions>
          </MessageBar>
        )}
      </>
    );
  return (
    <SealingField
      policy={policy}
      sealed={draft.sealed}
      verdict={verdict}
      fault={problem && isAboutMode(problem) ? told(problem, t) : undefined}
      follows={[
        t("compose.sealed.link"),
        ...(policy.recovery ? [] : [t("compose.sealed.lost")]),
        t("compose.sealed.unseen"),
      ]}
      onChange={(sealed) => sending.change({ sealed })}
    />
  );
}
