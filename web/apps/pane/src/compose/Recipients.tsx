import { Badge, makeStyles, tokens } from "@fluentui/react-components";
import type { Protection } from "@sealpost/sending/new/draft.ts";
import { useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import type { MailRecipient } from "../office/compose.ts";
import { OutlookProblem } from "./OutlookProblem.tsx";
import { Section } from "./Section.tsx";
import type { State } from "./state.ts";
import type { Live } from "./useLive.ts";

const useStyles = makeStyles({
  list: { margin: 0, padding: 0, listStyle: "none" },
  // More would push everything else out of the pane.
  many: { maxHeight: "14rem", overflowY: "auto" },
  one: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    justifyContent: "space-between",
    gap: "0.125rem 0.5rem",
    padding: "0.25rem 0",
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  who: { minWidth: 0 },
  badge: { height: "auto", minHeight: "1.25rem", whiteSpace: "normal", textAlign: "start" },
  quiet: { color: tokens.colorNeutralForeground2, fontSize: "0.8125rem" },
  wrong: { color: tokens.colorPaletteRedForeground1, fontSize: "0.8125rem", width: "100%" },
});

interface Props {
  readonly live: Live<readonly MailRecipient[]>;
  readonly state: State;
}

/** Whom the mail goes to, and whether they will get the files. */
export function Recipients({ live, state }: Props): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const { value: recipients, error, look } = live;
  const many = (recipients?.length ?? 0) > 6;
  return (
    <Section title={t("compose.recipients")}>
      {error && <OutlookProblem error={error} text={t("compose.recipients.unread")} retry={look} />}
      {recipients?.length === 0 && <div className={styles.quiet}>{t("compose.recipients.none")}</div>}
      {recipients && recipients.length > 0 && (
        <ul
          className={many ? `${styles.list} ${styles.many}` : styles.list}
          tabIndex={many ? 0 : undefined}
          aria-label={t("compose.recipients")}
        >
          {recipients.map((recipient) => (
            <One key={recipient.email} recipient={recipient} state={state} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function One({
  recipient: { email, name },
  state: { transfer, verdicts, draft },
}: {
  readonly recipient: MailRecipient;
  readonly state: State;
}): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const reason = verdicts.refused.get(email);
  const there = transfer?.recipients.find((one) => one.email?.toLowerCase() === email);
  const protection: Protection =
    there?.protection ?? draft.recipients.find((one) => one.email === email)?.protection ?? draft.protection;
  return (
    <li className={styles.one}>
      <span className={styles.who}>
        {name && (
          <>
            <bdi>{name}</bdi>{" "}
          </>
        )}
        <bdi className={name ? styles.quiet : undefined}>{email}</bdi>
      </span>
      {reason === undefined ? (
        <Badge className={styles.badge} appearance="tint" color={there ? "success" : "informative"}>
          {t(
            there
              ? `compose.badge.${protection}`
              : transfer
                ? "compose.badge.waiting"
                : "compose.badge.later",
          )}
        </Badge>
      ) : (
        <>
          <Badge className={styles.badge} appearance="tint" color="danger">
            {t("compose.badge.refused")}
          </Badge>
          <div className={styles.wrong} role="alert">
            {reason ? t("compose.refused.reason", { reason }) : t("compose.refused")}
          </div>
        </>
      )}
    </li>
  );
}
