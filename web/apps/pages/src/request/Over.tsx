import { makeStyles, tokens } from "@fluentui/react-components";
import { LinkDismissRegular } from "@fluentui/react-icons";
import { Heading, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import type { Over as Why } from "./arrive.ts";
import type { OutsidePlace } from "./place.ts";

const useStyles = makeStyles({
  all: {
    display: "grid",
    justifyItems: "center",
    gap: "0.75rem",
    padding: "2rem 0",
    textAlign: "center",
  },
  icon: { color: tokens.colorNeutralForeground2, fontSize: "3rem" },
  text: { maxWidth: "30rem", margin: 0, color: tokens.colorNeutralForeground2 },
});

interface Props {
  readonly kind: OutsidePlace["kind"];
  readonly why: Why;
}

/** Nothing can be sent in here: what may be the reason, and what to do. */
export function Over({ kind, why }: Props): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  return (
    <section className={styles.all}>
      <LinkDismissRegular className={styles.icon} aria-hidden />
      <Heading>{t(`${kind}.over.${why}`)}</Heading>
      <p className={styles.text}>{t(`${kind}.over.${why}_why`)}</p>
      <p className={styles.text}>{t(`${kind}.over.do`)}</p>
    </section>
  );
}
