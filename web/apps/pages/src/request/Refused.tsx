import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  makeStyles,
} from "@fluentui/react-components";
import { useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { type Limits, type RefusedFile, whyNot } from "./accept.ts";

/** More would be longer than anybody reads. */
const SHOWN = 5;

const useStyles = makeStyles({ list: { margin: "0.25rem 0 0", paddingInlineStart: "1.25rem" } });

interface Props {
  readonly refused: readonly RefusedFile[];
  readonly limits: Limits;
  readonly onSeen: () => void;
}

/** What was not taken of what was chosen, and why. */
export function Refused({ refused, limits, onSeen }: Props): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  if (refused.length === 0) return null;
  const more = refused.length - SHOWN;
  return (
    <MessageBar intent="warning" layout="multiline" role="alert">
      <MessageBarBody>
        {t("request.refused", { count: refused.length })}
        <ul className={styles.list}>
          {refused.slice(0, SHOWN).map((file) => (
            <li key={`${file.size} ${file.path}`}>
              <bdi>{file.path}</bdi>: {whyNot(file, limits, t, format)}
            </li>
          ))}
          {more > 0 && <li>{t("request.refused.more", { count: more })}</li>}
        </ul>
      </MessageBarBody>
      <MessageBarActions>
        <Button onClick={onSeen}>{t("request.refused.seen")}</Button>
      </MessageBarActions>
    </MessageBar>
  );
}
