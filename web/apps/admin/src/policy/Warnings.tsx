import { MessageBar, MessageBarBody, MessageBarTitle, makeStyles } from "@fluentui/react-components";
import { useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

const useStyles = makeStyles({ list: { margin: "0.25rem 0 0", paddingLeft: "1.125rem" } });

/** What the service takes, and thinks to be a mistake. */
export function Warnings({ warnings }: { readonly warnings: readonly string[] }): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  if (warnings.length === 0) return null;
  return (
    <MessageBar intent="warning" layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>{t("policy.warnings", { count: warnings.length })}</MessageBarTitle>
        <ul className={styles.list}>
          {warnings.map((warning) => (
            <li key={warning} lang="en">
              {warning}
            </li>
          ))}
        </ul>
      </MessageBarBody>
    </MessageBar>
  );
}
