import { Badge, makeStyles, Subtitle1, tokens } from "@fluentui/react-components";
import type { Shape } from "@sealpost/api-client";
import { useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { DataTable } from "../parts/DataTable.tsx";
import { Facts } from "../parts/Facts.tsx";
import { listed } from "../parts/pages.ts";
import { JOBS } from "./words.ts";

const COLOURS = { failing: "warning", in_time: "success", late: "danger" } as const;

const useStyles = makeStyles({
  part: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "0.5rem" },
  text: { margin: 0, maxWidth: "48rem", color: tokens.colorNeutralForeground2 },
});

/** What removes, and whether it comes; and the stores that it looks after beside transfers. */
export function Jobs({ report }: { readonly report: Shape<"Retention"> }): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const { jobs, store_check, kept_for, first_audit_entry_at } = report;
  const time = (at: string | undefined) => at && format.time(new Date(at));
  const what = ({ kind }: Shape<"RetentionJob">) => {
    const known = JOBS.find((job) => job === kind);
    return known ? t(`retention.job.${known}`) : kind;
  };
  return (
    <>
      <div className={styles.part}>
        <Subtitle1 as="h2">{t("retention.jobs")}</Subtitle1>
        <DataTable
          caption={t("retention.jobs.text")}
          list={listed(jobs)}
          rowKey={({ kind }) => kind}
          empty={t("retention.none")}
          columns={[
            { key: "what", head: t("retention.jobs"), cell: what },
            {
              key: "state",
              head: t("retention.jobs.state"),
              cell: (job) => <JobState job={job} />,
            },
            {
              key: "done",
              head: t("retention.jobs.done"),
              cell: ({ done_at }) => time(done_at) ?? t("retention.jobs.never"),
            },
            {
              key: "late_after",
              head: t("retention.jobs.late_after"),
              cell: ({ late_after_seconds }) => format.duration(late_after_seconds),
            },
          ]}
        />
      </div>
      <div className={styles.part}>
        <Subtitle1 as="h2">{t("retention.store")}</Subtitle1>
        <p className={styles.text}>{t("retention.store.text")}</p>
        <Facts
          facts={[
            [t("retention.store.at"), time(store_check?.at) ?? t("retention.store.never")],
            [t("retention.store.seen"), store_check && format.number(store_check.objects)],
            [t("retention.store.removed"), store_check && format.number(store_check.removed)],
            [t("retention.store.unknown"), store_check && format.number(store_check.unknown)],
          ]}
        />
      </div>
      <div className={styles.part}>
        <Subtitle1 as="h2">{t("retention.audit")}</Subtitle1>
        <Facts
          facts={[
            [t("retention.audit.kept"), format.duration(kept_for.audit_seconds)],
            [t("retention.audit.first"), time(first_audit_entry_at)],
          ]}
        />
      </div>
    </>
  );
}

function JobState({ job }: { readonly job: Shape<"RetentionJob"> }): ReactNode {
  const { t } = useSpeech();
  const state = job.late ? "late" : job.failing ? "failing" : "in_time";
  return (
    <Badge appearance="tint" color={COLOURS[state]}>
      {t(`retention.jobs.state.${state}`)}
    </Badge>
  );
}
