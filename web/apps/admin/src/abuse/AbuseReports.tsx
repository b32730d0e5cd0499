import { Badge, Button, Link, makeStyles, tokens } from "@fluentui/react-components";
import { answer, type Shape } from "@sealpost/api-client";
import { api, leadingTo, ProblemBar, useSpeech } from "@sealpost/ui";
import { type ReactNode, useState } from "react";

import { type Column, DataTable } from "../parts/DataTable.tsx";
import { Done } from "../parts/Done.tsx";
import { usePages } from "../parts/pages.ts";
import { SectionHead } from "../parts/SectionHead.tsx";
import { useAct } from "../parts/useAct.ts";
import { Who } from "../parts/Who.tsx";
import { address } from "../shell/sections.ts";
import { reason } from "./reason.ts";

type Report = Shape<"AbuseReport">;

const REPORTS = ["admin", "abuse-reports"] as const;

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem" },
  text: { color: tokens.colorNeutralForeground2, whiteSpace: "pre-wrap" },
});

/** What recipients have reported, newest first, and that somebody has seen to it. */
export default function AbuseReports(): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const [done, setDone] = useState(false);
  const list = usePages(
    [...REPORTS, "list"],
    (before: string | undefined) =>
      answer(api.GET("/api/v1/admin/abuse-reports", { params: { query: { ...(before && { before }) } } })),
    (page) => page.reports,
  );
  const settle = useAct(
    (report_id: string) =>
      answer(api.POST("/api/v1/admin/abuse-reports/{report_id}/settle", { params: { path: { report_id } } })),
    [REPORTS],
  );
  const columns = useColumns(settle.isPending, (id) => {
    setDone(false);
    settle.mutate(id, { onSuccess: () => setDone(true) });
  });
  return (
    <section className={styles.all}>
      <SectionHead title={t("abuse.title")} text={t("abuse.text")} />
      <Done>{done && t("abuse.settled_now")}</Done>
      {settle.error && <ProblemBar error={settle.error} />}
      <DataTable
        caption={t("abuse.caption")}
        columns={columns}
        list={list}
        rowKey={({ id }) => id}
        empty={t("abuse.none")}
      />
    </section>
  );
}

function useColumns(
  isBusy: boolean,
  settle: (id: string) => void,
): readonly [Column<Report>, ...Column<Report>[]] {
  const styles = useStyles();
  const { t, format } = useSpeech();
  return [
    {
      key: "reason",
      head: t("abuse.reason"),
      cell: (report) => (
        <>
          <Link {...leadingTo(address("transfers", report.transfer_id))}>
            {t(`abuse.reason.${reason(report.reason)}`)}
          </Link>
          {report.text && (
            <div className={styles.text} dir="auto">
              {report.text}
            </div>
          )}
        </>
      ),
    },
    { key: "recipient", head: t("abuse.recipient"), cell: ({ recipient }) => <bdi>{recipient}</bdi> },
    {
      key: "sender",
      head: t("abuse.sender"),
      cell: ({ sender_id, uploader }) => (uploader ? <bdi>{uploader}</bdi> : <Who id={sender_id} />),
    },
    {
      key: "at",
      head: t("abuse.at"),
      kind: "short",
      cell: ({ created_at }) => format.time(new Date(created_at)),
    },
    {
      key: "state",
      head: t("abuse.state"),
      cell: ({ settled_at }) => (
        <>
          <Badge appearance="tint" color={settled_at ? "success" : "warning"}>
            {t(settled_at ? "abuse.settled" : "abuse.open")}
          </Badge>
          {settled_at && <div className={styles.text}>{format.time(new Date(settled_at))}</div>}
        </>
      ),
    },
    {
      key: "deeds",
      head: t("abuse.deeds"),
      kind: "deeds",
      cell: ({ id, settled_at, recipient }) =>
        !settled_at && (
          <Button
            size="small"
            disabledFocusable={isBusy}
            aria-label={t("abuse.settle_this", { recipient })}
            onClick={() => settle(id)}
          >
            {t("abuse.settle")}
          </Button>
        ),
    },
  ];
}
