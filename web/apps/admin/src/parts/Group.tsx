import { makeStyles, tokens } from "@fluentui/react-components";
import { Fault } from "@sealpost/ui";
import { type ReactNode, useId } from "react";

const useStyles = makeStyles({
  group: { border: 0, margin: 0, padding: 0, minWidth: 0 },
  legend: { padding: "0 0 0.125rem" },
  hint: {
    marginTop: "0.25rem",
    color: tokens.colorNeutralForeground3,
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase200,
  },
});

interface Props {
  readonly label: string;
  readonly hint?: string | undefined;
  /** What is wrong with it. */
  readonly fault?: string | undefined;
  /** Of the box around the controls. */
  readonly className?: string;
  readonly children: ReactNode;
}

/** Controls that are one field together: a field of Fluent's is for one control, and gives each in it the same id. */
export function Group({ label, hint, fault, className, children }: Props): ReactNode {
  const styles = useStyles();
  const [hintId, faultId] = [useId(), useId()];
  return (
    <fieldset
      className={styles.group}
      aria-describedby={mergeIds(hint && hintId, fault && faultId)}
      // A group has no state of its own: this is for whoever looks for what is wrong.
      data-invalid={fault ? true : undefined}
    >
      <legend className={styles.legend}>{label}</legend>
      <div className={className}>{children}</div>
      {fault && <Fault id={faultId}>{fault}</Fault>}
      {hint && (
        <div id={hintId} className={styles.hint}>
          {hint}
        </div>
      )}
    </fieldset>
  );
}

function mergeIds(...ids: readonly (string | undefined)[]): string | undefined {
  return ids.filter(Boolean).join(" ") || undefined;
}
