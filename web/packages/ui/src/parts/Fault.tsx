import { makeStyles, tokens } from "@fluentui/react-components";
import type { ReactNode } from "react";

const useStyles = makeStyles({
  fault: { marginTop: "0.25rem", color: tokens.colorPaletteRedForeground1, fontSize: "0.8125rem" },
});

/** What is wrong with something that is no single field: said as fields say it. */
export function Fault({ id, children }: { readonly id: string; readonly children: ReactNode }): ReactNode {
  const styles = useStyles();
  return (
    <div id={id} role="alert" className={styles.fault}>
      {children}
    </div>
  );
}
