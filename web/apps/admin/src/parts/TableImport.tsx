import { Button, makeStyles } from "@fluentui/react-components";
import { ProblemBar, useSpeech } from "@sealpost/ui";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

import { Form } from "./Form.tsx";
import { SectionHead } from "./SectionHead.tsx";
import { TableField } from "./TableField.tsx";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem" },
  form: { gap: "1rem", maxWidth: "48rem" },
});

interface Props<Line> {
  readonly title: string;
  readonly text: string;
  readonly back: { readonly to: string; readonly text: string };
  /** What stands in a line. */
  readonly hint: string;
  /** The most lines at once. */
  readonly most: number;
  /** How many lines there are in a table. */
  readonly count: (table: string) => number;
  /** What would come of a table. */
  readonly tried: (table: string) => Promise<readonly Line[]>;
  readonly busy?: boolean;
  /** What was tried before counts no more. */
  readonly onForget?: () => void;
  /** What comes of a table, and which try it is of. */
  readonly children: (lines: readonly Line[], attempt: number) => ReactNode;
}

/** Many things made of a table: first what would come of each line, then the way to have it so. */
export function TableImport<Line>(props: Props<Line>): ReactNode {
  const { title, text, back, hint, most, count, tried, busy = false, onForget, children } = props;
  const styles = useStyles();
  const { t } = useSpeech();
  const [table, setTable] = useState("");
  const [fault, setFault] = useState<string>();
  const trial = useMutation({ mutationFn: tried });

  const submit = () => {
    const lines = count(table);
    const none = lines === 0 ? t("users.fault.no_lines") : undefined;
    const many = lines > most ? t("users.fault.lines", { count: most }) : undefined;
    setFault(none ?? many);
    onForget?.();
    if (!(none ?? many)) trial.mutate(table);
  };

  return (
    <section className={styles.all}>
      <SectionHead title={title} text={text} back={back} />
      <Form className={styles.form} onSubmit={submit}>
        <TableField
          label={t("users.table")}
          hint={hint}
          value={table}
          fault={fault}
          onChange={(value) => {
            setTable(value);
            trial.reset();
            onForget?.();
          }}
        />
        <div>
          <Button type="submit" appearance="primary" disabledFocusable={trial.isPending || busy}>
            {t("users.try")}
          </Button>
        </div>
      </Form>
      {trial.error && <ProblemBar error={trial.error} retry={submit} />}
      {trial.data && children(trial.data, trial.submittedAt)}
    </section>
  );
}
