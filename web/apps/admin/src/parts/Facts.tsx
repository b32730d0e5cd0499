import { makeStyles, tokens } from "@fluentui/react-components";
import type { ReactNode } from "react";

const useStyles = makeStyles({
  list: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 1fr)",
    margin: 0,
    "@media (min-width: 30rem)": { gridTemplateColumns: "minmax(8rem, max-content) minmax(0, 1fr)" },
    columnGap: "1.5rem",
  },
  term: { color: tokens.colorNeutralForeground2, paddingTop: "0.375rem" },
  said: { margin: 0, paddingTop: "0.375rem", "@media (max-width: 29.99rem)": { paddingTop: 0 } },
});

/** What something is called, and what there is to say of it; what is absent is left out. */
export type Fact = readonly [term: string, said: ReactNode];

/** What is known of a thing, one fact below the other. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }): ReactNode {
  const styles = useStyles();
  return (
    <dl className={styles.list}>
      {facts
        .filter(([, said]) => said !== undefined && said !== null && said !== "" && said !== false)
        .map(([term, said]) => [
          <dt key={`${term}, term`} className={styles.term}>
            {term}
          </dt>,
          <dd key={term} className={styles.said}>
            {said}
          </dd>,
        ])}
    </dl>
  );
}
