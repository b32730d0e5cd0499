import { Button, Checkbox, makeStyles, ProgressBar, Subtitle1 } from "@fluentui/react-components";
import { ProblemBar, useSpeech } from "@sealpost/ui";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useRef, useState } from "react";

import { SectionHead } from "../parts/SectionHead.tsx";
import { TableField } from "../parts/TableField.tsx";
import { address } from "../shell/sections.ts";
import { allUsers } from "./all.ts";
import { LineTable } from "./LineTable.tsx";
import { against, type Line, linesOf, MOST_LINES } from "./table.ts";
import { useImport } from "./useImport.ts";
import { useRoles } from "./useRoles.ts";

/** The most that is read of a file, in bytes. */
const MOST_BYTES = 1 << 20;

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem" },
  form: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem", maxWidth: "48rem", margin: 0 },
  buttons: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "0.5rem 1rem" },
});

/** Makes users of a table: first it is shown what would come of each line, then it is done. */
export default function Import(): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const roles = useRoles();
  const field = useRef<HTMLTextAreaElement>(null);
  const [table, setTable] = useState("");
  const [fault, setFault] = useState<string>();
  const run = useImport();
  const trial = useMutation({
    mutationFn: async (lines: readonly Line[]) => against(lines, await allUsers()),
  });

  const submit = () => {
    const lines = linesOf(table, roles);
    const none = lines.length === 0 ? t("users.fault.no_lines") : undefined;
    const many = lines.length > MOST_LINES ? t("users.fault.lines", { count: MOST_LINES }) : undefined;
    setFault(none ?? many);
    run.forget();
    if (none ?? many) return field.current?.focus();
    trial.mutate(lines);
    return undefined;
  };

  return (
    <section className={styles.all}>
      <SectionHead
        title={t("users.import")}
        text={t("users.import_text")}
        back={{ to: address("users"), text: t("users.back") }}
      />
      <form
        className={styles.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <TableField
          label={t("users.table")}
          hint={t("users.table_hint")}
          value={table}
          fault={fault}
          field={field}
          most={MOST_BYTES}
          onChange={(value) => {
            setTable(value);
            trial.reset();
            run.forget();
          }}
        />
        <div className={styles.buttons}>
          <Button type="submit" appearance="primary" disabledFocusable={trial.isPending || run.isRunning}>
            {t("users.try")}
          </Button>
        </div>
      </form>
      {trial.error && <ProblemBar error={trial.error} retry={submit} />}
      {trial.data && <Trial lines={trial.data} run={run} />}
    </section>
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
      <LineTable lines={lines} outcomes={run.outcomes} />
    </>
  );
}
