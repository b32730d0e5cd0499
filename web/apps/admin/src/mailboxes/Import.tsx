import { Button, makeStyles, Subtitle1 } from "@fluentui/react-components";
import { ProblemBar, useSpeech } from "@sealpost/ui";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useRef, useState } from "react";

import { type Column, DataTable } from "../parts/DataTable.tsx";
import { Done } from "../parts/Done.tsx";
import { listed } from "../parts/pages.ts";
import { SectionHead } from "../parts/SectionHead.tsx";
import { TableField } from "../parts/TableField.tsx";
import { useAct } from "../parts/useAct.ts";
import { address } from "../shell/sections.ts";
import { allUsers } from "../users/all.ts";
import { badLines, MAILBOXES, mailboxes } from "./api.ts";
import { type Known, type Line, MOST_LINES, mailboxesIn, trial, written } from "./table.ts";

/** The most that the service takes at once, in bytes. */
const MOST_BYTES = 1 << 20;
/** How many lines are shown at once. */
const STEP = 100;

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem" },
  form: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem", maxWidth: "48rem", margin: 0 },
});

/** What there is, as far as a table names it. */
async function known(table: string): Promise<Known> {
  const [users, list] = await Promise.all([allUsers(), mailboxes.list()]);
  const named = mailboxesIn(table);
  const found = new Map<string, ReadonlySet<string>>();
  for (const { id, email } of list.mailboxes.filter((one) => named.has(one.email.toLowerCase()))) {
    const { delegates } = await mailboxes.delegates(id);
    found.set(email.toLowerCase(), new Set(delegates.map((one) => one.email.toLowerCase())));
  }
  return { users: new Set(users.map(({ email }) => email.toLowerCase())), mailboxes: found };
}

/** Mailboxes, and who may send for them, from a table: first what would come of it, then that. */
export default function Import(): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const field = useRef<HTMLTextAreaElement>(null);
  const [table, setTable] = useState("");
  const [fault, setFault] = useState<string>();
  const attempt = useMutation({ mutationFn: async (text: string) => trial(text, await known(text)) });

  const submit = () => {
    const lines = table.split("\n").filter((line) => line.trim() !== "").length;
    const none = lines === 0 ? t("users.fault.no_lines") : undefined;
    const many = lines > MOST_LINES ? t("users.fault.lines", { count: MOST_LINES }) : undefined;
    setFault(none ?? many);
    if (none ?? many) return field.current?.focus();
    attempt.mutate(table);
    return undefined;
  };

  return (
    <section className={styles.all}>
      <SectionHead
        title={t("mailboxes.import")}
        text={t("mailboxes.import_text")}
        back={{ to: address("mailboxes"), text: t("mailboxes.back") }}
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
          hint={t("mailboxes.table_hint")}
          value={table}
          fault={fault}
          field={field}
          most={MOST_BYTES}
          onChange={(value) => {
            setTable(value);
            attempt.reset();
          }}
        />
        <div>
          <Button type="submit" appearance="primary" disabledFocusable={attempt.isPending}>
            {t("users.try")}
          </Button>
        </div>
      </form>
      {attempt.error && <ProblemBar error={attempt.error} retry={submit} />}
      {attempt.data && <Trial key={attempt.submittedAt} lines={attempt.data} />}
    </section>
  );
}

function Trial({ lines }: { readonly lines: readonly Line[] }): ReactNode {
  const { t } = useSpeech();
  const [shown, setShown] = useState(STEP);
  const take = useAct(() => mailboxes.take(written(lines)), [MAILBOXES]);
  const good = lines.filter(({ fault, would }) => !fault && would !== "nothing").length;
  const bad = lines.filter(({ fault }) => fault).length;
  const sorted = [...lines.filter(({ fault }) => fault), ...lines.filter(({ fault }) => !fault)];
  const refused = badLines(take.error);
  const columns: readonly [Column<Line>, ...Column<Line>[]] = [
    { key: "mailbox", head: t("mailboxes.email"), cell: ({ mailbox }) => <bdi>{mailbox || "–"}</bdi> },
    { key: "line", head: t("users.line"), kind: "number", cell: ({ line }) => line },
    { key: "user", head: t("mailboxes.user"), cell: ({ user }) => <bdi>{user}</bdi> },
    {
      key: "outcome",
      head: t("users.outcome"),
      cell: ({ fault, would }) => t(fault ?? `mailboxes.would.${would}`),
    },
  ];
  const more = shown < lines.length ? { more: () => setShown(shown + STEP) } : {};
  return (
    <>
      <Subtitle1 as="h2">{t(take.data ? "users.import_result" : "users.import_trial")}</Subtitle1>
      {take.data ? (
        <Done>
          {t("mailboxes.imported", {
            mailboxes: take.data.mailboxes,
            delegations: take.data.delegations,
            unchanged: take.data.unchanged,
          })}
        </Done>
      ) : (
        <>
          <div role="status">{t("mailboxes.import_would", { good, bad })}</div>
          {good > 0 && (
            <div>
              <Button
                appearance="primary"
                disabledFocusable={take.isPending}
                onClick={() => take.mutate(undefined)}
              >
                {t("mailboxes.import_start", { count: good })}
              </Button>
            </div>
          )}
        </>
      )}
      {take.error && <ProblemBar error={take.error} />}
      {refused.length > 0 && (
        <ul>
          {refused.slice(0, STEP).map(({ line, reason }) => (
            <li key={line}>
              {t("users.line")} {line}: {reason}
            </li>
          ))}
        </ul>
      )}
      <DataTable
        caption={t("users.lines")}
        columns={columns}
        list={{ ...listed(sorted.slice(0, shown)), ...more }}
        rowKey={({ line }) => String(line)}
        empty=""
      />
    </>
  );
}
