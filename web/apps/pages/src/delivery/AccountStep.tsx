import { Button, MessageBar, MessageBarBody, makeStyles, Spinner } from "@fluentui/react-components";
import type { Shape } from "@sealpost/api-client";
import { Heading, useSpeech } from "@sealpost/ui";
import { type ReactNode, useEffect } from "react";

import { keepWhileAway } from "./secondPart.ts";
import type { Secret } from "./useSecret.ts";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem" },
  text: { margin: 0 },
  buttons: { display: "flex", flexWrap: "wrap", gap: "0.5rem" },
});

interface Props {
  readonly token: string;
  /** The link's second part, if it has one. */
  readonly secret: Secret | undefined;
  /** Told only as long as somebody has to sign in: nothing if that was so no more when it was asked last. */
  readonly providers: readonly Shape<"Provider">[] | undefined;
  /** Asks what the link asks for now. */
  readonly lookAgain: () => void;
}

/** Where somebody signs in who alone may open it. The link's second part waits in this tab: nobody there is told it. */
export function AccountStep({ token, secret, providers, lookAgain }: Props): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const refused = new URLSearchParams(location.search).get("account") === "refused";
  useEffect(() => {
    if (!providers) lookAgain();
  }, [providers, lookAgain]);
  if (!providers) return <Spinner label={t("shell.loading")} />;
  const none = providers.length === 0;
  return (
    <section className={styles.all}>
      <Heading>{t("delivery.title")}</Heading>
      {refused && (
        <MessageBar intent="error" layout="multiline" role="alert">
          <MessageBarBody>{t("delivery.account.refused")}</MessageBarBody>
        </MessageBar>
      )}
      <p className={styles.text}>{t(none ? "delivery.account.nowhere" : "delivery.account.hint")}</p>
      <div className={styles.buttons}>
        {providers.map(({ id, label, url }) => (
          <Button
            key={id}
            as="a"
            appearance="primary"
            size="large"
            // One that lets him in again as the same person is of no use after that one was refused.
            href={refused ? `${url}&anew=true` : url}
            onClick={() => secret && keepWhileAway(token, secret.written)}
          >
            {t("delivery.account.sign_in", { provider: label })}
          </Button>
        ))}
      </div>
    </section>
  );
}
