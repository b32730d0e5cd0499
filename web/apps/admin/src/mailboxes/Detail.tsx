import { Button, MessageBar, MessageBarBody, makeStyles, Spinner } from "@fluentui/react-components";
import type { Shape } from "@sealpost/api-client";
import { go, ProblemBar, Question, useSpeech } from "@sealpost/ui";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

import { type Column, DataTable } from "../parts/DataTable.tsx";
import { Done } from "../parts/Done.tsx";
import { whole } from "../parts/pages.ts";
import { SectionHead } from "../parts/SectionHead.tsx";
import { useAct } from "../parts/useAct.ts";
import { address } from "../shell/sections.ts";
import { delegatesKey, MAILBOXES, mailboxes } from "./api.ts";
import { NewDelegate } from "./NewDelegate.tsx";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem" },
});

/** One shared mailbox: who may send for it. */
export default function Detail({ id }: { readonly id: string }): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const list = useQuery({ queryKey: [...MAILBOXES, "list"], queryFn: mailboxes.list });
  const mailbox = list.data?.mailboxes.find((one) => one.id === id);
  if (mailbox) return <Mailbox mailbox={mailbox} />;
  return (
    <section className={styles.all}>
      <SectionHead
        title={t("mailboxes.one")}
        back={{ to: address("mailboxes"), text: t("mailboxes.back") }}
      />
      {list.isPending && <Spinner label={t("shell.loading")} />}
      {list.error && <ProblemBar error={list.error} retry={() => void list.refetch()} />}
      {list.data && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>{t("mailboxes.gone")}</MessageBarBody>
        </MessageBar>
      )}
    </section>
  );
}

function Mailbox({ mailbox }: { readonly mailbox: Shape<"Mailbox"> }): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const key = delegatesKey(mailbox.id);
  const [done, setDone] = useState<string>();
  const list = useQuery({ queryKey: key, queryFn: () => mailboxes.delegates(mailbox.id) });
  const remove = useAct(() => mailboxes.remove(mailbox.id), [MAILBOXES]);
  const undelegate = useAct((one: Shape<"Delegate">) => mailboxes.undelegate(mailbox.id, one.user_id), [key]);
  const error = remove.error ?? undelegate.error;
  const take = (one: Shape<"Delegate">) => {
    setDone(undefined);
    undelegate.mutate(one, { onSuccess: () => setDone(t("mailboxes.undelegated", { email: one.email })) });
  };
  return (
    <section className={styles.all}>
      <SectionHead
        title={<bdi>{mailbox.name || mailbox.email}</bdi>}
        text={<bdi>{mailbox.email}</bdi>}
        back={{ to: address("mailboxes"), text: t("mailboxes.back") }}
        deeds={
          <Question
            button={t("mailboxes.remove")}
            title={t("mailboxes.remove.title", { email: mailbox.email })}
            text={t("mailboxes.remove.text")}
            no={t("parts.cancel")}
            yes={t("mailboxes.remove")}
            busy={remove.isPending}
            onYes={() => remove.mutate(undefined, { onSuccess: () => go(address("mailboxes")) })}
          />
        }
      />
      <NewDelegate mailbox={mailbox.id} onDone={(email) => setDone(t("mailboxes.delegated", { email }))} />
      <Done>{done}</Done>
      {error && <ProblemBar error={error} />}
      <DataTable
        caption={t("mailboxes.delegates")}
        columns={useColumns(undelegate.isPending, take)}
        list={whole(list, (data) => data.delegates)}
        rowKey={({ user_id }) => user_id}
        empty={t("mailboxes.no_delegates")}
      />
    </section>
  );
}

function useColumns(
  isBusy: boolean,
  take: (one: Shape<"Delegate">) => void,
): readonly [Column<Shape<"Delegate">>, ...Column<Shape<"Delegate">>[]] {
  const { t, format } = useSpeech();
  return [
    { key: "email", head: t("mailboxes.user"), cell: ({ email }) => <bdi>{email}</bdi> },
    {
      key: "since",
      head: t("mailboxes.since"),
      kind: "short",
      cell: ({ since }) => format.time(new Date(since)),
    },
    {
      key: "deeds",
      head: t("mailboxes.deeds"),
      kind: "deeds",
      cell: (one) => (
        <Button
          size="small"
          disabledFocusable={isBusy}
          aria-label={t("mailboxes.undelegate_this", { email: one.email })}
          onClick={() => take(one)}
        >
          {t("mailboxes.undelegate")}
        </Button>
      ),
    },
  ];
}
