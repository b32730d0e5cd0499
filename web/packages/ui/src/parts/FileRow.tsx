import { makeStyles, tokens } from "@fluentui/react-components";
import type { ReactNode } from "react";

const useStyles = makeStyles({
  row: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 1fr) auto",
    alignItems: "center",
    columnGap: "0.75rem",
    padding: "0.375rem 0",
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  facts: { color: tokens.colorNeutralForeground2, fontSize: "0.8125rem" },
  below: { gridColumn: "1 / -1" },
});

interface Props {
  readonly name: ReactNode;
  readonly facts: ReactNode;
  /** What can be done with it. */
  readonly children?: ReactNode;
  readonly below?: ReactNode;
}

/** A file in a list: its name in its own direction of reading, what there is to know, what can be done. */
export function FileRow({ name, facts, children, below }: Props): ReactNode {
  const styles = useStyles();
  return (
    <li className={styles.row}>
      <div>
        <bdi>{name}</bdi>
        <div className={styles.facts}>{facts}</div>
      </div>
      <div>{children}</div>
      {below && <div className={styles.below}>{below}</div>}
    </li>
  );
}
