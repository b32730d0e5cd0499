import { Link, MessageBar, MessageBarBody, makeStyles, Spinner, Subtitle1 } from "@fluentui/react-components";
import { answer, type Shape } from "@sealpost/api-client";
import { api, leadingTo, ProblemBar, useSpeech } from "@sealpost/ui";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { Chart } from "../parts/Chart.tsx";
import { type Fact, Facts } from "../parts/Facts.tsx";
import { address } from "../shell/sections.ts";
import { firstDay, type Week, weeks } from "./weeks.ts";

const WEEKS = 12;

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem" },
  charts: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 1fr)",
    gap: "2rem",
    "@media (min-width: 110rem)": { gridTemplateColumns: "repeat(2, minmax(0, 1fr))" },
  },
  waiting: { minHeight: "20rem" },
});

/** How much was sent in the last weeks, and how the tenant stands. */
export function Numbers(): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const now = Date.now();
  const from = firstDay(now, WEEKS);
  const query = useQuery({
    queryKey: ["admin", "reports", "weeks", from],
    queryFn: () => answer(api.GET("/api/v1/admin/reports", { params: { query: { from } } })),
  });
  return (
    <div className={styles.all}>
      <Subtitle1 as="h2">{t("overview.numbers")}</Subtitle1>
      {query.isPending && <Spinner className={styles.waiting} label={t("shell.loading")} />}
      {query.error && <ProblemBar error={query.error} retry={() => void query.refetch()} />}
      {query.data && <Standing total={query.data.total} />}
      {query.data?.too_few_people && (
        <MessageBar layout="multiline">
          <MessageBarBody>{t("overview.too_few")}</MessageBarBody>
        </MessageBar>
      )}
      {query.data && !query.data.too_few_people && <Charts weeks={weeks(query.data.rows, now, WEEKS)} />}
      <div>
        <Link {...leadingTo(address("reports"))}>{t("overview.reports_link")}</Link>
      </div>
    </div>
  );
}

function Standing({ total }: { readonly total: Shape<"ReportNumbers"> }): ReactNode {
  const { t, format } = useSpeech();
  const number = (value: number | undefined) => (value === undefined ? undefined : format.number(value));
  const size = total.stored_bytes;
  const facts: readonly Fact[] = [
    [t("overview.sent"), number(total.transfers)],
    [t("overview.recipients"), number(total.recipients)],
    [t("overview.people"), number(total.people)],
    [t("overview.seats"), number(total.seats)],
    [t("overview.second_factors"), number(total.second_factors)],
    [t("overview.stored"), size === undefined ? undefined : format.size(size)],
  ];
  return <Facts facts={facts} />;
}

function Charts({ weeks }: { readonly weeks: readonly Week[] }): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const bars = (value: (week: Week) => number) =>
    weeks.map((week) => ({ label: format.day(new Date(week.from)), value: value(week) }));
  return (
    <div className={styles.charts}>
      <Chart
        title={t("overview.chart.transfers")}
        heads={[t("overview.week"), t("overview.transfers")]}
        bars={bars((week) => week.transfers)}
        write={format.number}
      />
      <Chart
        title={t("overview.chart.bytes")}
        heads={[t("overview.week"), t("overview.size")]}
        bars={bars((week) => week.bytes)}
        write={format.size}
      />
      <Chart
        title={t("overview.chart.refused")}
        heads={[t("overview.week"), t("overview.refused")]}
        bars={bars((week) => week.refused)}
        write={format.number}
      />
    </div>
  );
}
