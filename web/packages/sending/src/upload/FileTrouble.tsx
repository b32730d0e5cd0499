import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  makeStyles,
} from "@fluentui/react-components";
import { Problem } from "@sealpost/api-client";
import { useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import type { FileProgress } from "./queue.ts";
import { FileChanged, OtherFile } from "./read.ts";

const useStyles = makeStyles({ told: { marginTop: "0.375rem" } });

interface Props {
  readonly file: FileProgress;
  readonly tell: (error: Error) => string;
  readonly onRetry: () => void;
  readonly onReplace: () => void;
}

/** What is wrong with a file on its way, and what to do; nothing if nothing is. */
export function FileTrouble({ file: { state, sent, error }, tell, onRetry, onReplace }: Props): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  if (state === "missing")
    return (
      <MessageBar className={styles.told} intent="info" layout="multiline">
        <MessageBarBody>{t("uploading.missing_told", { sent: format.size(sent) })}</MessageBarBody>
      </MessageBar>
    );
  if (!error) return null;
  if (error instanceof FileChanged)
    return (
      <MessageBar className={styles.told} intent="warning" layout="multiline" role="alert">
        <MessageBarBody>{t("uploading.changed")}</MessageBarBody>
      </MessageBar>
    );
  const isOther = error instanceof OtherFile;
  // Another try changes nothing about what a file is.
  const isFinal = error instanceof Problem && error.code === "type_refused";
  return (
    <MessageBar
      className={styles.told}
      intent={isOther ? "warning" : "error"}
      layout="multiline"
      role="alert"
    >
      <MessageBarBody>{isOther ? t("uploading.other") : tell(error)}</MessageBarBody>
      {!isFinal && (
        <MessageBarActions>
          <Button onClick={isOther ? onReplace : onRetry}>
            {t(isOther ? "uploading.anew" : "uploading.again")}
          </Button>
        </MessageBarActions>
      )}
    </MessageBar>
  );
}
