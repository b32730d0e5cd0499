import { makeStyles, typographyStyles } from "@fluentui/react-components";
import { type ReactNode, useEffect, useRef } from "react";

const useStyles = makeStyles({
  heading: { ...typographyStyles.subtitle1, margin: "1.25rem 0 0.75rem", outlineStyle: "none" },
});

interface Props {
  /** Whether it has taken the place of another: then it takes the focus, so that everybody hears of it. */
  readonly taken: boolean;
  readonly children: ReactNode;
}

/** What is to be done now. */
export function StepHeading({ taken, children }: Props): ReactNode {
  const styles = useStyles();
  const heading = useRef<HTMLHeadingElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it appears
  useEffect(() => {
    if (taken) heading.current?.focus();
  }, []);
  return (
    <h2 className={styles.heading} ref={heading} tabIndex={-1}>
      {children}
    </h2>
  );
}
