import { MessageBar, MessageBarBody, MessageBarTitle, makeStyles } from "@fluentui/react-components";
import { CopyButton, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

const useStyles = makeStyles({ secret: { fontFamily: "monospace", overflowWrap: "anywhere" } });

/** A secret that is shown this once. */
export function Secret({ secret, text }: { readonly secret: string; readonly text: string }): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  return (
    <MessageBar intent="warning" layout="multiline" role="status">
      <MessageBarBody>
        <MessageBarTitle>{t("forwarding.secret.once")}</MessageBarTitle>
        <p>{text}</p>
        <span className={styles.secret}>{secret}</span>{" "}
        <CopyButton text={secret} what={t("forwarding.secret.copy")} />
      </MessageBarBody>
    </MessageBar>
  );
}
