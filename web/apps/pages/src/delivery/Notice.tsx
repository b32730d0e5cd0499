import { makeStyles, tokens } from "@fluentui/react-components";
import { Heading } from "@sealpost/ui";
import type { ReactNode } from "react";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "0.75rem", padding: "1rem 0" },
  text: { maxWidth: "34rem", margin: 0, color: tokens.colorNeutralForeground2 },
});

interface Props {
  readonly title: string;
  readonly children: ReactNode;
}

/** That it ends here, why, and what to do. */
export function Notice({ title, children }: Props): ReactNode {
  const styles = useStyles();
  return (
    <section className={styles.all}>
      <Heading>{title}</Heading>
      <p className={styles.text}>{children}</p>
    </section>
  );
}
