import { Button, makeStyles, Spinner, Text, tokens } from "@fluentui/react-components";
import { Problem } from "@sealpost/api-client";
import { CopyButton, Heading, ProblemBar, type TextKey, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import type { Attempt, State } from "./attempt.ts";
import { EntraFault } from "./entra.ts";
import { SupportLine } from "./SupportLine.tsx";
import type { Ways } from "./service.ts";

export const useStepStyles = makeStyles({
  step: { display: "grid", gap: "1rem", padding: "1.5rem 0.25rem", maxWidth: "28rem" },
  buttons: { display: "grid", gap: "0.5rem" },
  facts: { display: "grid", gap: "0.25rem", margin: 0, overflowWrap: "anywhere" },
  code: {
    display: "block",
    padding: "0.75rem",
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusLarge,
    backgroundColor: tokens.colorNeutralBackground2,
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeHero800,
    fontWeight: tokens.fontWeightSemibold,
    lineHeight: tokens.lineHeightHero800,
    letterSpacing: "0.08em",
    textAlign: "center",
    userSelect: "all",
  },
  small: { color: tokens.colorNeutralForeground2 },
});

/** Something goes on, of which nobody knows how long it takes. */
export function WaitingStep({
  text,
  leave,
}: {
  readonly text: TextKey;
  readonly leave?: () => void;
}): ReactNode {
  const styles = useStepStyles();
  const { t } = useSpeech();
  return (
    <div className={styles.step} role="status">
      <Spinner label={t(text)} labelPosition="below" />
      {leave && <Button onClick={leave}>{t("signin.leave")}</Button>}
    </div>
  );
}

/** What whoever opens the pane for the first time sees. */
export function FirstStep({ ways, press }: { readonly ways: Ways; readonly press: () => void }): ReactNode {
  const styles = useStepStyles();
  const { t } = useSpeech();
  return (
    <div className={styles.step}>
      <Heading>{t("signin.first.title")}</Heading>
      <Text>{t("signin.first.text", { name: ways.branding.name })}</Text>
      <div className={styles.buttons}>
        <Button appearance="primary" size="large" onClick={press}>
          {t("signin.button")}
        </Button>
      </div>
    </div>
  );
}

/** Microsoft, or the service, does not let the account in. */
export function RefusedStep({
  state: { ways, fault },
  attempt,
}: {
  readonly state: Extract<State, { at: "refused" }>;
  readonly attempt: Attempt;
}): ReactNode {
  const styles = useStepStyles();
  const { t } = useSpeech();
  const facts =
    fault instanceof EntraFault
      ? [
          t("signin.refused.code", { code: fault.code }),
          t("signin.refused.correlation", { id: fault.correlation }),
        ]
      : [t("signin.refused.request", { id: fault.request ?? "–" })];
  const isKnown = fault instanceof EntraFault;
  return (
    <div className={styles.step} role="alert">
      <Heading>{t(isKnown ? "signin.refused.title" : "signin.unknown.title")}</Heading>
      <Text>{t(isKnown ? "signin.refused.text" : "signin.unknown.text", { name: ways.branding.name })}</Text>
      <ul className={styles.facts}>
        {facts.map((fact) => (
          <li key={fact}>{fact}</li>
        ))}
      </ul>
      <div>
        <CopyButton text={facts.join("\n")} what={t("signin.refused.copy")} />
      </div>
      <SupportLine support={ways.branding.support} />
      <div className={styles.buttons}>
        <Button appearance="primary" onClick={() => void attempt.press(ways)}>
          {t("signin.again")}
        </Button>
        {ways.pairing && (
          <Button onClick={() => void attempt.otherwise(ways)}>{t("signin.otherwise")}</Button>
        )}
      </div>
    </div>
  );
}

/** A page of the service is open in a window of its own, or was. */
export function WindowStep({
  state: { ways, pairing, isOpen },
  attempt,
}: {
  readonly state: Extract<State, { at: "window" }>;
  readonly attempt: Attempt;
}): ReactNode {
  const styles = useStepStyles();
  const { t } = useSpeech();
  return (
    <div className={styles.step}>
      <Heading>{t("signin.window.title")}</Heading>
      <Text>{t(isOpen ? "signin.window.text" : "signin.window.closed")}</Text>
      <code className={styles.code}>{pairing.user_code}</code>
      <Spinner size="tiny" label={t("signin.waiting")} />
      <div className={styles.buttons}>
        {!isOpen && (
          <Button appearance="primary" onClick={() => void attempt.otherwise(ways)}>
            {t("signin.window.again")}
          </Button>
        )}
        <Button onClick={() => void attempt.byCode(ways)}>{t("signin.window.none")}</Button>
        <Button appearance="subtle" onClick={() => attempt.leave()}>
          {t("signin.leave")}
        </Button>
      </div>
    </div>
  );
}

/** It has come to nothing, and may be tried again. */
export function EndedStep({
  ways,
  error,
  again,
}: {
  readonly ways?: Ways;
  readonly error?: Error;
  readonly again: () => void;
}): ReactNode {
  const styles = useStepStyles();
  const { t } = useSpeech();
  const isUnknown = error instanceof Problem && error.status === 404;
  if (error && !isUnknown)
    return (
      <div className={styles.step}>
        <Heading>{t("signin.failed.title")}</Heading>
        <ProblemBar error={error} retry={again} />
        <SupportLine support={ways?.branding.support} />
      </div>
    );
  return (
    <div className={styles.step} role="alert">
      <Heading>{t(isUnknown ? "signin.gone.title" : "signin.over.title")}</Heading>
      <Text>{t(isUnknown ? "signin.gone.text" : "signin.over.text")}</Text>
      <div className={styles.buttons}>
        <Button appearance="primary" onClick={again}>
          {t(isUnknown ? "signin.again" : "signin.start_again")}
        </Button>
      </div>
      <SupportLine support={ways?.branding.support} />
    </div>
  );
}

/** Nobody of the organisation can sign in. */
export function SuspendedStep({ ways }: { readonly ways: Ways }): ReactNode {
  const styles = useStepStyles();
  const { t } = useSpeech();
  return (
    <div className={styles.step}>
      <Heading>{t("signin.suspended.title")}</Heading>
      <Text>{t("signin.suspended.text", { name: ways.branding.name })}</Text>
      <SupportLine support={ways.branding.support} />
    </div>
  );
}
