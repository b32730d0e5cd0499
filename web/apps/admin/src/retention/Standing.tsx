import { MessageBar, MessageBarBody, MessageBarTitle, makeStyles } from "@fluentui/react-components";
import type { Shape } from "@sealpost/api-client";
import { useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { FINDINGS, isForOperator, STANDINGS } from "./words.ts";

const INTENTS = { attention: "warning", clear: "success", overdue: "error" } as const;

const useStyles = makeStyles({
  list: { margin: "0.25rem 0 0", paddingLeft: "1.25rem" },
  // Told in words, too: the colour only stands beside.
  title: { fontSize: "1rem" },
});

/** The answer, in a sentence, and what is in its way. */
export function Standing({ report }: { readonly report: Shape<"Retention"> }): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const standing = STANDINGS.find((known) => known === report.standing) ?? "attention";
  const findings = FINDINGS.filter((finding) => report.findings.includes(finding));
  return (
    <MessageBar intent={INTENTS[standing]} layout="multiline">
      <MessageBarBody>
        <MessageBarTitle className={styles.title}>{t(`retention.standing.${standing}`)}</MessageBarTitle>{" "}
        {t("retention.looked", { time: format.time(new Date(report.at)) })}
        {findings.length > 0 && (
          <ul className={styles.list}>
            {findings.map((finding) => (
              <li key={finding}>
                {t(`retention.finding.${finding}`)} {isForOperator(finding) && t("retention.tell")}
              </li>
            ))}
          </ul>
        )}
      </MessageBarBody>
    </MessageBar>
  );
}
