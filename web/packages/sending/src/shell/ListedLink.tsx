import { Link, makeStyles, tokens } from "@fluentui/react-components";
import { leadingTo } from "@sealpost/ui";
import type { ReactNode } from "react";

const useStyles = makeStyles({
  top: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    justifyContent: "space-between",
    gap: "0.25rem 0.75rem",
  },
  // A long name makes room for where it stands.
  name: { minWidth: 0 },
  facts: { color: tokens.colorNeutralForeground2, fontSize: "0.875rem" },
});

interface Props {
  readonly path: string;
  /** As somebody has written it. */
  readonly name: string;
  readonly badge: ReactNode;
  readonly facts: readonly string[];
  readonly children?: ReactNode;
}

/** What a list has of something that has a page of its own. */
export function ListedLink({ path, name, badge, facts, children }: Props): ReactNode {
  const styles = useStyles();
  return (
    <>
      <div className={styles.top}>
        <Link className={styles.name} {...leadingTo(path)}>
          <bdi>{name}</bdi>
        </Link>
        {badge}
      </div>
      {children}
      <div className={styles.facts}>{facts.join(" · ")}</div>
    </>
  );
}
