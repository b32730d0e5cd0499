import { Button, Link, makeStyles } from "@fluentui/react-components";
import type { Shape } from "@sealpost/api-client";
import { go, leadingTo, useSpeech } from "@sealpost/ui";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

import { type Column, DataTable } from "../parts/DataTable.tsx";
import { Done } from "../parts/Done.tsx";
import { whole } from "../parts/pages.ts";
import { SectionHead } from "../parts/SectionHead.tsx";
import { address } from "../shell/sections.ts";
import { MAILBOXES, mailboxes } from "./api.ts";
import { NewMailbox } from "./NewMailbox.tsx";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem" },
});

/** All shared mailboxes, oldest first. */
export function MailboxTable(): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const [done, setDone] = useState<string>();
  const list = useQuery({ queryKey: [...MAILBOXES, "list"], queryFn: mailboxes.list });
  const columns: readonly [Column<Shape<"Mailbox">>, ...Column<Shape<"Mailbox">>[]] = [
    {
      key: "email",
      head: t("mailboxes.email"),
      cell: ({ id, email }) => (
        <Link {...leadingTo(address("mailboxes", id))}>
          <bdi>{email}</bdi>
        </Link>
      ),
    },
    { key: "name", head: t("mailboxes.name"), cell: ({ name }) => <bdi>{name}</bdi> },
    {
      key: "since",
      head: t("mailboxes.since"),
      kind: "short",
      cell: ({ created_at }) => format.time(new Date(created_at)),
    },
  ];
  return (
    <section className={styles.all}>
      <SectionHead
        title={t("mailboxes.title")}
        text={t("mailboxes.text")}
        deeds={<Button onClick={() => go(address("mailboxes", "import"))}>{t("mailboxes.import")}</Button>}
      />
      <NewMailbox onDone={(email) => setDone(t("mailboxes.made", { email }))} />
      <Done>{done}</Done>
      <DataTable
        caption={t("mailboxes.caption")}
        columns={columns}
        list={whole(list, (data) => data.mailboxes)}
        rowKey={({ id }) => id}
        empty={t("mailboxes.none")}
      />
    </section>
  );
}
