import { Button, Subtitle1 } from "@fluentui/react-components";
import { ProblemBar, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import type { Column } from "../parts/DataTable.tsx";
import { Done } from "../parts/Done.tsx";
import { LineTable } from "../parts/LineTable.tsx";
import { TableImport } from "../parts/TableImport.tsx";
import { useAct } from "../parts/useAct.ts";
import { address } from "../shell/sections.ts";
import { allUsers } from "../users/all.ts";
import { badLines, MAILBOXES, mailboxes } from "./api.ts";
import { type Known, type Line, MOST_LINES, mailboxesIn, trial, written } from "./table.ts";

/** How many refused lines are shown. */
const MOST_REFUSED = 100;

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
  const { t } = useSpeech();
  return (
    <TableImport
      title={t("mailboxes.import")}
      text={t("mailboxes.import_text")}
      back={{ to: address("mailboxes"), text: t("mailboxes.back") }}
      hint={t("mailboxes.table_hint")}
      most={MOST_LINES}
      count={(table) => table.split("\n").filter((line) => line.trim() !== "").length}
      tried={async (table) => trial(table, await known(table))}
    >
      {(lines, attempt) => <Trial key={attempt} lines={lines} />}
    </TableImport>
  );
}

function Trial({ lines }: { readonly lines: readonly Line[] }): ReactNode {
  const { t } = useSpeech();
  const take = useAct(() => mailboxes.take(written(lines)), [MAILBOXES]);
  const good = lines.filter(({ fault, would }) => !fault && would !== "nothing").length;
  const bad = lines.filter(({ fault }) => fault).length;
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
          {refused.slice(0, MOST_REFUSED).map(({ line, reason }) => (
            <li key={line}>
              {t("users.line")} {line}: {reason}
            </li>
          ))}
        </ul>
      )}
      <LineTable lines={lines} columns={columns} />
    </>
  );
}
