import { makeStyles, tokens } from "@fluentui/react-components";
import type { Shape } from "@sealpost/api-client";
import { useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

const useStyles = makeStyles({
  list: {
    display: "grid",
    gridTemplateColumns: "repeat(auto-fill, minmax(8rem, 1fr))",
    gap: "0.75rem",
    margin: 0,
  },
  figure: {
    display: "flex",
    // The number over its word, which is read first.
    flexDirection: "column-reverse",
    justifyContent: "flex-end",
    padding: "0.75rem 1rem",
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
  },
  number: {
    margin: 0,
    fontSize: tokens.fontSizeBase500,
    lineHeight: tokens.lineHeightBase500,
    fontWeight: 600,
  },
  word: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
});

const COUNTED = [
  "transfers",
  "files",
  "bytes",
  "recipients",
  "refused_by_address_rules",
  "refused_by_content_rules",
  "refused_by_file_rules",
  "blocked",
  "blocked_by_scan",
  "blocked_by_list",
] as const;
const STANDING = ["people", "seats", "second_factors", "stored_bytes"] as const;

/** The numbers of all days together, and how the tenant stood at their end. */
export function Figures({ report: { total } }: { readonly report: Shape<"ReportAnswer"> }): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  return (
    <dl className={styles.list} aria-label={t("reports.total")}>
      {[...COUNTED, ...STANDING].map((number) => {
        const value = total[number];
        if (value === undefined) return null;
        const isSize = number === "bytes" || number === "stored_bytes";
        return (
          <div key={number} className={styles.figure}>
            <dt className={styles.word}>{t(`reports.number.${number}`)}</dt>
            <dd className={styles.number}>{isSize ? format.size(value) : format.number(value)}</dd>
          </div>
        );
      })}
    </dl>
  );
}
