import { Badge, Button, makeStyles, tokens } from "@fluentui/react-components";
import type { Shape } from "@sealpost/api-client";
import { ProblemBar, Question, useSpeech } from "@sealpost/ui";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

import { type Column, DataTable } from "../parts/DataTable.tsx";
import { Done } from "../parts/Done.tsx";
import { whole } from "../parts/pages.ts";
import { SectionHead } from "../parts/SectionHead.tsx";
import { useAct } from "../parts/useAct.ts";
import { Who } from "../parts/Who.tsx";
import { CLIENTS, clients } from "./api.ts";
import { NewClient } from "./NewClient.tsx";
import { Secret } from "./Secret.tsx";

type Client = Shape<"ApiClient">;

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem" },
  below: { color: tokens.colorNeutralForeground2, fontSize: "0.8125rem" },
  deeds: { display: "flex", flexWrap: "wrap", gap: "0.5rem", justifyContent: "end" },
});

/** Programs that sign in by themselves: which there are, and what each may do. */
export default function Clients(): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const list = useQuery({ queryKey: CLIENTS, queryFn: clients.list });
  const [shown, setShown] = useState<Shape<"ApiClientSecret">>();
  const [done, setDone] = useState<string>();
  const rotate = useAct((one: Client) => clients.rotate(one.id), [CLIENTS]);
  const revoke = useAct((one: Client) => clients.revoke(one.id), [CLIENTS]);
  const error = rotate.error ?? revoke.error;
  const show = (made: Shape<"ApiClientSecret">) => {
    setDone(undefined);
    setShown(made);
  };
  const columns = useColumns(
    rotate.isPending || revoke.isPending,
    (one) => rotate.mutate(one, { onSuccess: show }),
    (one) =>
      revoke.mutate(one, {
        onSuccess: () => {
          setShown(undefined);
          setDone(t("clients.revoked_now", { name: one.name }));
        },
      }),
  );
  return (
    <section className={styles.all}>
      <SectionHead title={t("clients.title")} text={t("clients.text")} />
      <NewClient onMade={show} />
      {shown && <Secret key={shown.secret} made={shown} onSeen={() => setShown(undefined)} />}
      <Done>{done}</Done>
      {error && <ProblemBar error={error} />}
      <DataTable
        caption={t("clients.caption")}
        columns={columns}
        list={whole(list, (data) => data.clients)}
        rowKey={({ id }) => id}
        empty={t("clients.none")}
      />
    </section>
  );
}

function useColumns(
  isBusy: boolean,
  rotate: (one: Client) => void,
  revoke: (one: Client) => void,
): readonly [Column<Client>, ...Column<Client>[]] {
  const styles = useStyles();
  const { t, format } = useSpeech();
  return [
    {
      key: "name",
      head: t("clients.name"),
      cell: ({ name, id }) => (
        <>
          <bdi>{name}</bdi>
          <div className={styles.below}>
            <code>{id}</code>
          </div>
        </>
      ),
    },
    { key: "user", head: t("clients.user"), cell: ({ user_id }) => <Who id={user_id} /> },
    { key: "scopes", head: t("clients.scopes"), cell: ({ scopes }) => scopes },
    {
      key: "since",
      head: t("clients.since"),
      kind: "short",
      cell: ({ created_at }) => format.time(new Date(created_at)),
    },
    {
      key: "state",
      head: t("clients.state"),
      cell: ({ revoked_at, previous_secret_until }) => (
        <>
          <Badge appearance="tint" color={revoked_at ? "danger" : "success"}>
            {t(revoked_at ? "clients.revoked" : "clients.active")}
          </Badge>
          {previous_secret_until && !revoked_at && new Date(previous_secret_until) > new Date() && (
            <div className={styles.below}>
              {t("clients.previous", { time: format.time(new Date(previous_secret_until)) })}
            </div>
          )}
        </>
      ),
    },
    {
      key: "deeds",
      head: t("clients.deeds"),
      kind: "deeds",
      cell: (one) =>
        !one.revoked_at && (
          <div className={styles.deeds}>
            <Button
              disabledFocusable={isBusy}
              aria-label={t("clients.rotate_this", { name: one.name })}
              onClick={() => rotate(one)}
            >
              {t("clients.rotate")}
            </Button>
            <Question
              button={t("clients.revoke")}
              title={t("clients.revoke.title", { name: one.name })}
              text={t("clients.revoke.text")}
              no={t("parts.cancel")}
              yes={t("clients.revoke")}
              busy={isBusy}
              onYes={() => revoke(one)}
            />
          </div>
        ),
    },
  ];
}
