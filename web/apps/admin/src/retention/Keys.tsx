import { Link, makeStyles, Subtitle1, tokens } from "@fluentui/react-components";
import type { Shape } from "@sealpost/api-client";
import { filtered, leadingTo, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { DataTable } from "../parts/DataTable.tsx";
import { type Fact, Facts } from "../parts/Facts.tsx";
import { listed } from "../parts/pages.ts";
import { address } from "../shell/sections.ts";

const useStyles = makeStyles({
  part: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "0.5rem" },
  text: { margin: 0, maxWidth: "48rem", color: tokens.colorNeutralForeground2 },
  table: { maxWidth: "32rem", marginTop: "0.5rem" },
});

/** Which keys there are, until when copies open, and which were destroyed. */
export function Keys({ report }: { readonly report: Shape<"Retention"> }): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const { vault, epoch_keys: keys, destroyed_days } = report;
  const day = (date: string) => format.day(new Date(date));
  const facts: readonly Fact[] = [
    [t("retention.vault"), vault.kind === "local" ? t("retention.vault.local") : vault.kind],
    [t("retention.root_key"), <code key="key">{vault.root_key}</code>],
    [t("retention.answers"), t(vault.answers ? "retention.yes" : "retention.no")],
    ...(keys ? epochs(keys) : []),
  ];

  function epochs({
    count,
    first_day,
    last_day,
    overdue_days,
    copies_open_until,
  }: Shape<"EpochKeys">): Fact[] {
    return [
      [
        t("retention.days"),
        first_day && last_day
          ? t("retention.days.some", { count, from: day(first_day), to: day(last_day) })
          : t("retention.none"),
      ],
      [
        t("retention.overdue_days"),
        overdue_days.length > 0 ? format.list(overdue_days.map(day)) : t("retention.none"),
      ],
      [t("retention.copies"), copies_open_until && format.time(new Date(copies_open_until))],
    ];
  }

  return (
    <div className={styles.part}>
      <Subtitle1 as="h2">{t("retention.keys")}</Subtitle1>
      <p className={styles.text}>{t("retention.keys.text")}</p>
      <Facts facts={facts} />
      {keys?.copies_open_until && <p className={styles.text}>{t("retention.copies.text")}</p>}
      <div className={styles.table}>
        <DataTable
          caption={t("retention.destroyed")}
          list={listed(destroyed_days)}
          rowKey={({ day: date, at }) => `${date}, ${at}`}
          empty={t("retention.destroyed.none")}
          columns={[
            { key: "day", head: t("retention.destroyed.day"), cell: (row) => day(row.day) },
            { key: "at", head: t("retention.destroyed.at"), cell: ({ at }) => format.time(new Date(at)) },
          ]}
        />
      </div>
      {destroyed_days.length > 0 && (
        <div>
          <Link {...leadingTo(filtered(address("audit"), { kind: "epoch.destroyed" }))}>
            {t("retention.destroyed.all")}
          </Link>
        </div>
      )}
    </div>
  );
}
