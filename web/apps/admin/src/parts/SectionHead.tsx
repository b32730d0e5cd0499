import { Link, makeStyles, Title2, tokens } from "@fluentui/react-components";
import { Heading, leadingTo } from "@sealpost/ui";
import type { ReactNode } from "react";

const useStyles = makeStyles({
  head: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    justifyContent: "space-between",
    gap: "0.5rem 1rem",
  },
  title: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "0.5rem 0.75rem", minWidth: 0 },
  deeds: { display: "flex", flexWrap: "wrap", gap: "0.5rem" },
  text: { margin: "0.25rem 0 0", maxWidth: "48rem", color: tokens.colorNeutralForeground2 },
});

interface Props {
  readonly title: ReactNode;
  /** What stands beside the title: a badge, say. */
  readonly beside?: ReactNode;
  /** What the section is for, in a sentence. */
  readonly text?: ReactNode;
  /** What can be done here. */
  readonly deeds?: ReactNode;
  /** Of a page below a section's first: where it leads back to. Its heading takes the focus. */
  readonly back?: { readonly to: string; readonly text: string };
}

/** The top of a section's page. */
export function SectionHead({ title, beside, text, deeds, back }: Props): ReactNode {
  const styles = useStyles();
  return (
    <div>
      {back && <Link {...leadingTo(back.to)}>{back.text}</Link>}
      <div className={styles.head}>
        <div className={styles.title}>
          {back ? <Heading>{title}</Heading> : <Title2 as="h1">{title}</Title2>}
          {beside}
        </div>
        {deeds && <div className={styles.deeds}>{deeds}</div>}
      </div>
      {text && <p className={styles.text}>{text}</p>}
    </div>
  );
}
