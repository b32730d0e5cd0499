import { Button, Link, makeStyles } from "@fluentui/react-components";
import { answer } from "@sealpost/api-client";
import { api, leadingTo, ProblemBar, useSpeech } from "@sealpost/ui";
import { useProve } from "@sealpost/ui/stepUp";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { DataTable } from "../parts/DataTable.tsx";
import { whole } from "../parts/pages.ts";
import { useAct } from "../parts/useAct.ts";
import { useMe } from "../parts/useMe.ts";
import { Who } from "../parts/Who.tsx";
import { address } from "../shell/sections.ts";
import { RECOVERIES, standing, type Wish } from "./standing.ts";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "0.75rem" },
  deeds: { display: "inline-flex", flexWrap: "wrap", gap: "0.5rem" },
});

/** Who has asked for the use of the key, and what became of it. */
export function Wishes(): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const query = useQuery({
    queryKey: RECOVERIES,
    queryFn: () => answer(api.GET("/api/v1/admin/recoveries")),
  });
  return (
    <div className={styles.all}>
      <DataTable
        caption={t("recovery.wishes")}
        list={whole(query, ({ recoveries }) => recoveries)}
        rowKey={({ id }) => id}
        empty={t("recovery.none")}
        columns={[
          { key: "reason", head: t("recovery.reason"), cell: ({ reason }) => <bdi>{reason}</bdi> },
          {
            key: "transfer",
            head: t("recovery.transfer"),
            cell: ({ transfer_id: id }) => (
              <Link {...leadingTo(address("transfers", id))}>{t("recovery.transfer.open")}</Link>
            ),
          },
          { key: "by", head: t("recovery.by"), cell: ({ requested_by: by }) => <Who id={by} /> },
          {
            key: "at",
            head: t("recovery.at"),
            cell: ({ created_at: at }) => format.time(new Date(at)),
          },
          {
            key: "state",
            head: t("recovery.state"),
            cell: (wish) => {
              const until = wish.state === "approved" ? wish.fetch_until : wish.decide_until;
              return t(standing(wish), { time: format.time(new Date(until ?? wish.decide_until)) });
            },
          },
          { key: "deeds", head: t("recovery.deeds"), kind: "deeds", cell: (wish) => <Deeds wish={wish} /> },
        ]}
      />
    </div>
  );
}

/** What the one who looks may do about it now. */
function Deeds({ wish }: { readonly wish: Wish }): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const { user, mayChange } = useMe();
  const prove = useProve();
  const params = { path: { recovery_id: wish.id } };
  const approve = useAct(
    () => answer(api.POST("/api/v1/admin/recoveries/{recovery_id}/approve", { params })),
    [RECOVERIES],
  );
  const refuse = useAct(
    () => answer(api.POST("/api/v1/admin/recoveries/{recovery_id}/refuse", { params })),
    [RECOVERIES],
  );
  if (!mayChange) return null;
  const isOwn = wish.requested_by === user.id;
  const [isPending, error] = [approve.isPending || refuse.isPending, approve.error ?? refuse.error];
  const fetchIt = async () => {
    // The browser fetches it by itself and could ask for nothing on the way.
    if (await prove()) window.location.assign(`/api/v1/admin/recoveries/${wish.id}/material`);
  };
  return (
    <span className={styles.deeds}>
      {wish.state === "pending" && !isOwn && (
        <Button size="small" disabledFocusable={isPending} onClick={() => approve.mutate(undefined)}>
          {t("recovery.approve")}
        </Button>
      )}
      {wish.state === "pending" && (
        <Button size="small" disabledFocusable={isPending} onClick={() => refuse.mutate(undefined)}>
          {t(isOwn ? "recovery.withdraw" : "recovery.refuse")}
        </Button>
      )}
      {wish.state === "approved" && isOwn && (
        <Button size="small" onClick={() => void fetchIt()}>
          {t("recovery.fetch")}
        </Button>
      )}
      {error && <ProblemBar error={error} />}
    </span>
  );
}
