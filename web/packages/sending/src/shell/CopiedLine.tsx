import { makeStyles, tokens } from "@fluentui/react-components";
import { CopyButton } from "@sealpost/ui";
import type { ReactNode } from "react";

const useStyles = makeStyles({
  line: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "0.5rem" },
  code: {
    padding: "0.375rem 0.5rem",
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
    background: tokens.colorNeutralBackground2,
    userSelect: "all",
    minWidth: 0,
  },
});

interface Props {
  readonly text: string;
  /** What the button copies, for those who do not see what it stands beside. */
  readonly what: string;
}

/** A link or a password, to be copied as it stands. */
export function CopiedLine({ text, what }: Props): ReactNode {
  const styles = useStyles();
  return (
    <div className={styles.line}>
      <code className={styles.code}>{text}</code>
      <CopyButton text={text} what={what} />
    </div>
  );
}
