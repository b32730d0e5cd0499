import { makeStyles, typographyStyles } from "@fluentui/react-components";
import { type ReactNode, useId } from "react";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "0.5rem" },
  title: { ...typographyStyles.subtitle2, margin: 0 },
});

interface Props {
  readonly title: string;
  readonly children: ReactNode;
}

/** A part of the pane with a heading of its own. */
export function Section({ title, children }: Props): ReactNode {
  const styles = useStyles();
  const id = useId();
  return (
    <section className={styles.all} aria-labelledby={id}>
      <h2 id={id} className={styles.title}>
        {title}
      </h2>
      {children}
    </section>
  );
}
