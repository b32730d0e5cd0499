import { makeStyles, mergeClasses } from "@fluentui/react-components";
import { type ReactNode, useEffect, useRef } from "react";

const useStyles = makeStyles({
  column: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 1fr)",
    gap: "0.75rem",
    margin: 0,
    maxWidth: "44rem",
  },
  row: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "start",
    gap: "0.75rem",
    margin: 0,
    "& > .fui-Field": { flex: "1 1 14rem", maxWidth: "24rem", minWidth: "min(12rem, 100%)" },
    "& > .fui-Field > :is(.fui-Input, .fui-Select)": { width: "100%", minWidth: 0 },
    // As far down as a field stands below its label.
    "& > button": { marginTop: "1.625rem", "@media (max-width: 30rem)": { marginTop: 0 } },
  },
});

interface Props {
  /** Fields below one another, or beside one another with the button behind them. */
  readonly shape?: "column" | "row";
  readonly className?: string | undefined;
  /** What the service has said against it. */
  readonly error?: Error | null;
  readonly onSubmit: () => void;
  readonly children: ReactNode;
}

/** A form whose fields say themselves what is wrong: the first that does gets the focus, whoever has found the fault. */
export function Form({ shape = "column", className, error, onSubmit, children }: Props): ReactNode {
  const styles = useStyles();
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (error) focusFirstFault(form.current);
  }, [error]);
  return (
    <form
      ref={form}
      className={mergeClasses(styles[shape], className)}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
        // When the fields say so.
        requestAnimationFrame(() => focusFirstFault(form.current));
      }}
    >
      {children}
    </form>
  );
}

function focusFirstFault(form: HTMLFormElement | null): void {
  form?.querySelector<HTMLElement>(":is([aria-invalid=true], [data-invalid] input)")?.focus();
}
