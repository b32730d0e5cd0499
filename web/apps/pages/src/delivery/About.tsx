import { makeStyles, tokens } from "@fluentui/react-components";
import { useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import type { Opened } from "./unlock.ts";

const useStyles = makeStyles({
  card: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 1fr)",
    gap: "0.75rem",
    padding: "1.25rem min(1.25rem, 5vw)",
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderTop: `0.25rem solid ${tokens.colorCompoundBrandStroke}`,
    borderRadius: tokens.borderRadiusLarge,
    background: tokens.colorNeutralBackground2,
  },
  facts: {
    display: "grid",
    gridTemplateColumns: "repeat(auto-fit, minmax(min(14rem, 100%), 1fr))",
    gap: "0.5rem 1.5rem",
    margin: 0,
  },
  term: { color: tokens.colorNeutralForeground2, fontSize: "0.8125rem" },
  fact: { margin: 0 },
  message: {
    margin: 0,
    padding: "0 0 0 0.75rem",
    borderInlineStartWidth: "0.1875rem",
    borderInlineStartStyle: "solid",
    borderInlineStartColor: tokens.colorNeutralStroke1,
    whiteSpace: "pre-wrap",
  },
});

/** Who sends, about what, until when, and what he writes. */
export function About({ opened }: { readonly opened: Opened }): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const { delivery, subject, message } = opened;
  const { sender, expires_at: until, downloads_left: left } = delivery;
  const fact = (term: string, value: ReactNode) => (
    <div>
      <dt className={styles.term}>{term}</dt>
      <dd className={styles.fact}>{value}</dd>
    </div>
  );
  return (
    <div className={styles.card}>
      <dl className={styles.facts}>
        {fact(
          t("delivery.from"),
          <>
            {sender.name && (
              <>
                <bdi>{sender.name}</bdi>{" "}
              </>
            )}
            <bdi>{sender.email}</bdi>
            {sender.proved === false && <div>{t("delivery.sender_unproved")}</div>}
          </>,
        )}
        {subject && fact(t("delivery.subject"), <bdi>{subject}</bdi>)}
        {fact(t("delivery.until"), format.time(new Date(until)))}
        {left !== undefined && fact(t("delivery.left"), format.number(left))}
      </dl>
      {message && (
        <blockquote className={styles.message} aria-label={t("delivery.message")}>
          <bdi>{message}</bdi>
        </blockquote>
      )}
    </div>
  );
}
