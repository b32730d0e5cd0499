import { makeStyles, typographyStyles } from "@fluentui/react-components";
import { type ReactNode, useEffect, useRef } from "react";

const useStyles = makeStyles({ heading: { ...typographyStyles.title2, margin: 0, outlineStyle: "none" } });

/** The heading of what has taken the place of something else: it takes the focus, so that everybody hears of it. */
export function Heading({ children }: { readonly children: ReactNode }): ReactNode {
  const styles = useStyles();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <h1 className={styles.heading} ref={heading} tabIndex={-1}>
      {children}
    </h1>
  );
}
