import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { CheckmarkRegular } from "@fluentui/react-icons";
import { useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

export type Step = "who" | "code" | "files" | "receipt";

const useStyles = makeStyles({
  steps: {
    display: "flex",
    flexWrap: "wrap",
    gap: "0.25rem 1.25rem",
    margin: "1.5rem 0 0",
    padding: 0,
    listStyle: "none",
    color: tokens.colorNeutralForeground2,
  },
  step: { display: "flex", alignItems: "center", gap: "0.375rem" },
  current: { color: tokens.colorNeutralForeground1, fontWeight: 600 },
  number: {
    display: "inline-grid",
    placeItems: "center",
    width: "1.5rem",
    height: "1.5rem",
    border: `1px solid ${tokens.colorNeutralStrokeAccessible}`,
    borderRadius: "50%",
    fontSize: "0.8125rem",
  },
  filled: {
    border: `1px solid ${tokens.colorBrandBackground}`,
    background: tokens.colorBrandBackground,
    color: tokens.colorNeutralForegroundOnBrand,
  },
});

/** The way from here to the end, and how far it is gone. */
export function Steps({ current, code }: { readonly current: Step; readonly code: boolean }): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const steps: Step[] = code ? ["who", "code", "files", "receipt"] : ["who", "files", "receipt"];
  const at = steps.indexOf(current);
  return (
    <ol className={styles.steps} aria-label={t("request.steps")}>
      {steps.map((step, index) => (
        <li
          key={step}
          className={mergeClasses(styles.step, index === at && styles.current)}
          aria-current={index === at ? "step" : undefined}
        >
          <span className={mergeClasses(styles.number, index <= at && styles.filled)} aria-hidden>
            {index < at ? <CheckmarkRegular /> : index + 1}
          </span>
          {t(`request.step.${step}`)}
        </li>
      ))}
    </ol>
  );
}
