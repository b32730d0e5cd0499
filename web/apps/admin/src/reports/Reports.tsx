import { Link, MessageBar, MessageBarBody, makeStyles, Spinner } from "@fluentui/react-components";
import { answer, type Shape } from "@sealpost/api-client";
import {
  api,
  FilterBar,
  filtered,
  filtersOf,
  leadingTo,
  ProblemBar,
  useSearch,
  useSpeech,
} from "@sealpost/ui";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { Chart } from "../parts/Chart.tsx";
import { DataTable } from "../parts/DataTable.tsx";
import { SectionHead } from "../parts/SectionHead.tsx";
import { useFileRule } from "../parts/useFileRule.ts";
import { address } from "../shell/sections.ts";
import { bars, type Counted, lastDays } from "./days.ts";
import { Figures } from "./Figures.tsx";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1.75rem" },
  links: { display: "flex", flexWrap: "wrap", gap: "0.5rem 1.25rem" },
});

const FILTERS = ["from", "to", "by"] as const;
const GROUPINGS = ["day", "department", "rule"] as const;
/** Ranges that are one press away, in days. */
const RANGES = [7, 30, 90, 365] as const;

/** How much is sent, and how the tenant stands, of nobody by himself. */
export default function Reports(): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const filters = filtersOf(useSearch(), FILTERS);
  const by = GROUPINGS.find((one) => one === filters.by) ?? "day";
  const { from, to } = filters;
  const query = { by, ...(from && { from }), ...(to && { to }) };
  const { data, error, isPlaceholderData, refetch } = useQuery({
    queryKey: ["reports", query],
    queryFn: () => answer(api.GET("/api/v1/admin/reports", { params: { query } })),
    placeholderData: (before) => before,
  });
  const download = (grouping: string) =>
    filtered("/api/v1/admin/reports", { ...query, by: grouping, format: "csv" });

  return (
    <div className={styles.all}>
      <SectionHead title={t("reports.title")} text={t("reports.text")} />
      <nav className={styles.links} aria-label={t("reports.ranges")}>
        {RANGES.map((days) => (
          <Link
            key={days}
            {...leadingTo(
              filtered(address("reports"), {
                ...lastDays(days, Date.now()),
                ...(filters.by && { by: filters.by }),
              }),
            )}
          >
            {t("reports.last", { count: days })}
          </Link>
        ))}
      </nav>
      <FilterBar
        label={t("reports.filter")}
        path={address("reports")}
        values={filters}
        filters={[
          { name: "from", label: t("reports.from"), day: true },
          { name: "to", label: t("reports.to"), day: true },
          {
            name: "by",
            label: t("reports.by"),
            choices: GROUPINGS.map((value) => ({ value, text: t(`reports.by.${value}`) })),
          },
        ]}
      />
      {error && <ProblemBar error={error} retry={() => void refetch()} />}
      {!data && !error && <Spinner label={t("shell.loading")} />}
      {data && (
        <div className={styles.all} aria-busy={isPlaceholderData}>
          {data.too_few_people && (
            <MessageBar intent="info" layout="multiline">
              <MessageBarBody>{t("reports.too_few")}</MessageBarBody>
            </MessageBar>
          )}
          <Figures report={data} />
          {by === "day" && data.rows.length > 0 && <Days report={data} />}
          {by === "department" && <Departments rows={data.rows} />}
          <Rules rules={data.rules} />
          <div className={styles.links}>
            <Link href={download(by)} download>
              {t("reports.download", { by: t(`reports.by.${by}`) })}
            </Link>
            {by !== "rule" && (
              <Link href={download("rule")} download>
                {t("reports.download", { by: t("reports.by.rule") })}
              </Link>
            )}
          </div>
        </div>
      )}
    </div>
  );
}

const CHARTS: readonly Counted[] = ["transfers", "bytes", "recipients", "blocked"];

/** A chart of each number, by day or by week. */
function Days({ report }: { readonly report: Shape<"ReportAnswer"> }): ReactNode {
  const { t, format, language } = useSpeech();
  const date = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, {
    day: "numeric",
    month: "short",
    timeZone: "UTC",
  });
  const label = (day: string) => date.format(new Date(`${day}T00:00:00Z`));
  return CHARTS.map((number) => {
    const chart = bars(report, number, label);
    return (
      <Chart
        key={number}
        title={t(`reports.number.${number}`)}
        heads={[t(`reports.unit.${chart.unit}`), t(`reports.number.${number}`)]}
        bars={chart.bars}
        write={number === "bytes" ? format.size : format.number}
      />
    );
  });
}

const COMPLETE = { isPending: false, isOld: false, error: null, retry: () => {}, isFetchingMore: false };

/** The numbers of each department. */
function Departments({ rows }: Pick<Shape<"ReportAnswer">, "rows">): ReactNode {
  const { t, format } = useSpeech();
  const name = ({ department }: Shape<"ReportRow">) =>
    department ? (department.name ?? t("reports.department.gone")) : t("reports.department.others");
  return (
    <>
      {rows.length > 1 && (
        <Chart
          title={t("reports.number.transfers")}
          heads={[t("reports.by.department"), t("reports.number.transfers")]}
          bars={rows.map((row) => ({ label: name(row), value: row.transfers }))}
          write={format.number}
        />
      )}
      <DataTable
        caption={t("reports.departments")}
        list={{ ...COMPLETE, rows }}
        rowKey={({ department }) => department?.id ?? "others"}
        empty={t("reports.none")}
        columns={[
          { key: "name", head: t("reports.by.department"), cell: (row) => <bdi>{name(row)}</bdi> },
          ...CHARTS.map((number) => ({
            key: number,
            head: t(`reports.number.${number}`),
            kind: "number" as const,
            cell: (row: Shape<"ReportRow">) =>
              number === "bytes" ? format.size(row[number]) : format.number(row[number]),
          })),
        ]}
      />
    </>
  );
}

const KINDS = ["address", "content", "type"] as const;

/** Rules that have refused something, those that did so most first. */
function Rules({ rules }: Pick<Shape<"ReportAnswer">, "rules">): ReactNode {
  const { t, format } = useSpeech();
  const fileRule = useFileRule();
  return (
    <DataTable
      caption={t("reports.rules")}
      list={{ ...COMPLETE, rows: rules.map((rule, place) => ({ ...rule, place })) }}
      rowKey={({ place }) => String(place)}
      empty={t("reports.rules.none")}
      columns={[
        {
          key: "name",
          head: t("reports.rule"),
          cell: ({ kind, name }) =>
            name ? (
              <Link {...leadingTo(filtered(address("audit"), { rule: name }))}>
                <bdi>{kind === "type" ? fileRule(name) : name}</bdi>
              </Link>
            ) : (
              t("reports.rule.gone")
            ),
        },
        {
          key: "kind",
          head: t("reports.rule.kind"),
          cell: ({ kind }) => {
            const known = KINDS.find((one) => one === kind);
            return known ? t(`reports.rule.${known}`) : kind;
          },
        },
        {
          key: "refused",
          head: t("reports.rule.refused"),
          kind: "number",
          cell: ({ refused }) => format.number(refused),
        },
      ]}
    />
  );
}
