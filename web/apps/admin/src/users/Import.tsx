import { Button, Checkbox, makeStyles, ProgressBar, Subtitle1 } from "@fluentui/react-components";
import { useSpeech } from "@sealpost/ui";
import { type ReactNode, useState } from "react";

import { TableImport } from "../parts/TableImport.tsx";
import { address } from "../shell/sections.ts";
import { allUsers } from "./all.ts";
import { Lines } from "./Lines.tsx";
import { against, type Line, linesOf, MOST_LINES } from "./table.ts";
import { useImport } from "./useImport.ts";
import { useRoles } from "./useRoles.ts";

const useStyles = makeStyles({
  buttons: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "0.5rem 1rem" },
});

/** Makes users of a table: first it is shown what would come of each line, then it is done. */
export default function Import(): ReactNode {
  const { t } = useSpeech();
  const roles = useRoles();
  const run = useImport();
  return (
    <TableImport
      title={t("users.import")}
      text={t("users.import_text")}
      back={{ to: address("users"), text: t("users.back") }}
      hint={t("users.table_hint")}
      most={MOST_LINES}
      count={(table) => linesOf(table, roles).length}
      tried={async (table) => against(linesOf(table, roles), await allUsers())}
      busy={run.isRunning}
      onForget={run.forget}
    >
      {(lines) => <Trial lines={lines} run={run} />}
    </TableImport>
  );
}

interface TrialProps {
  readonly lines: readonly Line[];
  readonly run: ReturnType<typeof useImport>;
}

/** What would come of the lines, the way to have it so, and what came of it. */
function Trial({ lines, run }: TrialProps): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const [invites, setInvites] = useState(true);
  const good = lines.filter(({ fault }) => !fault);
  const left = good.filter(({ line }) => !run.outcomes.has(line));
  const made = [...run.outcomes.values()].filter((outcome) => outcome === "made").length;
  const hasBegun = run.outcomes.size > 0 || run.isRunning;
  const summary = hasBegun
    ? t("users.import_done", { made, left: left.length, refused: run.outcomes.size - made })
    : t("users.import_would", { good: good.length, bad: lines.length - good.length });

  return (
    <>
      <Subtitle1 as="h2">{t(hasBegun ? "users.import_result" : "users.import_trial")}</Subtitle1>
      <div role="status">{summary}</div>
      {run.isRunning && (
        <ProgressBar
          aria-label={t("users.import_progress")}
          value={run.outcomes.size}
          max={Math.max(good.length, 1)}
        />
      )}
      {(left.length > 0 || run.isRunning) && (
        <div className={styles.buttons}>
          {run.isRunning ? (
            <Button onClick={run.stop}>{t("users.import_stop")}</Button>
          ) : (
            <>
              <Button appearance="primary" onClick={() => void run.start(left, invites)}>
                {t("users.import_start", { count: left.length })}
              </Button>
              <Checkbox
                label={t("users.import_invite")}
                checked={invites}
                onChange={(_, { checked }) => setInvites(checked === true)}
              />
            </>
          )}
        </div>
      )}
      <Lines lines={lines} outcomes={run.outcomes} />
    </>
  );
}
