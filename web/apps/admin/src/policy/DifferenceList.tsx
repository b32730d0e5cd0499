import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { rulesDifference, rulesOf } from "./differences.ts";
import type { Json, Path } from "./document.ts";
import { useLabel, useShown } from "./useShown.ts";

const useStyles = makeStyles({
  list: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 1fr)",
    gap: "0.75rem",
    margin: 0,
    padding: 0,
    listStyle: "none",
  },
  head: { display: "flex", alignItems: "start", justifyContent: "space-between", gap: "0.5rem" },
  name: { fontWeight: 600 },
  values: {
    margin: "0.125rem 0 0",
    display: "grid",
    gridTemplateColumns: "auto minmax(0, 1fr)",
    gap: "0 0.5rem",
  },
  word: { color: tokens.colorNeutralForeground2 },
  value: { margin: 0 },
});

export interface Difference {
  readonly path: Path;
  readonly before: Json;
  readonly after: Json;
}

interface Props {
  readonly differences: readonly Difference[];
  /** Takes one back; there is a button for it if there is this. */
  readonly undo?: (path: Path) => void;
  /** What the two are called, if not before and after. */
  readonly words?: readonly [before: string, after: string] | undefined;
}

/** Places that differ, with what stands there before and after; of rules, which. */
export function DifferenceList({ differences, undo, words }: Props): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const label = useLabel();
  return (
    <ul className={styles.list}>
      {differences.map((difference) => (
        <li key={difference.path}>
          <div className={styles.head}>
            <span className={styles.name}>{label(difference.path)}</span>
            {undo && (
              <Button
                size="small"
                appearance="subtle"
                aria-label={t("policy.changes.undo.field", { field: label(difference.path) })}
                onClick={() => undo(difference.path)}
              >
                {t("policy.changes.undo")}
              </Button>
            )}
          </div>
          <Values {...difference} words={words} />
        </li>
      ))}
    </ul>
  );
}

function Values({ path, before, after, words }: Difference & Pick<Props, "words">): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const show = useShown();
  const rows: (readonly [string, string])[] = [];
  if (path === "addresses" || path === "content") {
    const { added, removed, changed, reordered } = rulesDifference(rulesOf(before), rulesOf(after));
    if (added.length > 0) rows.push([t("policy.diff.added"), format.list(added)]);
    if (removed.length > 0) rows.push([t("policy.diff.removed"), format.list(removed)]);
    if (changed.length > 0) rows.push([t("policy.diff.changed"), format.list(changed)]);
    if (reordered) rows.push([t("policy.diff.order"), t("policy.diff.reordered")]);
  } else {
    const [first, second] = words ?? [t("policy.diff.before"), t("policy.diff.after")];
    rows.push([first, show(path, before)], [second, show(path, after)]);
  }
  return (
    <dl className={styles.values}>
      {rows.map(([word, value]) => [
        <dt key={`${word}, word`} className={styles.word}>
          {word}
        </dt>,
        <dd key={word} className={styles.value}>
          <bdi>{value}</bdi>
        </dd>,
      ])}
    </dl>
  );
}
