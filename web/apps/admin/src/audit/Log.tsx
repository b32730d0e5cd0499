import { Link, makeStyles } from "@fluentui/react-components";
import { answer, type Shape } from "@sealpost/api-client";
import { api, dayBegins, dayEnds, FilterBar, filtersOf, leadingTo, useSearch, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { DataTable } from "../parts/DataTable.tsx";
import { usePages } from "../parts/pages.ts";
import { SectionHead } from "../parts/SectionHead.tsx";
import { Who } from "../parts/Who.tsx";
import { address } from "../shell/sections.ts";
import { useKind, useKindChoices } from "./kinds.ts";
import { Verification } from "./Verification.tsx";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1.25rem" },
  kind: { fontSize: "0.8125rem", overflowWrap: "anywhere" },
});

type Entry = Shape<"AuditEntry">;
const FILTERS = ["kind", "from", "to", "transfer", "rule", "up_to"] as const;

/** The entries, newest first, by what they are about; and that the log is what was signed. */
export function Log(): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const kind = useKind();
  const kinds = useKindChoices();
  const filters = filtersOf(useSearch(), FILTERS);
  const { transfer, rule } = filters;
  const [from, to] = [dayBegins(filters.from), dayEnds(filters.to)];
  const upTo = Number(filters.up_to);
  const list = usePages<number, Shape<"AuditList">, Entry>(
    ["audit", filters],
    (next) => {
      const before = next ?? (Number.isSafeInteger(upTo) && upTo > 0 ? upTo + 1 : undefined);
      return answer(
        api.GET("/api/v1/admin/audit", {
          params: {
            query: {
              limit: 50,
              ...(transfer && { transfer }),
              ...(rule && { rule }),
              ...(filters.kind && { kind: filters.kind }),
              ...(from && { from }),
              ...(to && { to }),
              ...(before !== undefined && { before }),
            },
          },
        }),
      );
    },
    ({ entries }) => entries,
  );

  return (
    <div className={styles.all}>
      <SectionHead title={t("audit.title")} text={t("audit.text")} />
      <Verification />
      <FilterBar
        label={t("audit.filter")}
        path={address("audit")}
        values={filters}
        filters={[
          { name: "kind", label: t("audit.kind_filter"), choices: kinds },
          { name: "from", label: t("audit.from"), day: true },
          { name: "to", label: t("audit.to"), day: true },
          { name: "transfer", label: t("audit.transfer"), hint: t("audit.transfer.hint") },
          { name: "rule", label: t("audit.rule"), hint: t("audit.rule.hint") },
          { name: "up_to", label: t("audit.up_to"), hint: t("audit.up_to.hint") },
        ]}
      />
      <DataTable
        caption={t("audit.entries")}
        list={list}
        rowKey={({ seq }) => String(seq)}
        empty={t(Object.keys(filters).length > 0 ? "audit.none_found" : "audit.none")}
        columns={[
          {
            key: "seq",
            head: t("audit.entry"),
            cell: ({ seq }) => (
              <Link {...leadingTo(address("audit", String(seq)))}>{format.number(seq)}</Link>
            ),
          },
          { key: "at", head: t("audit.when"), cell: ({ at }) => format.time(new Date(at)) },
          {
            key: "kind",
            head: t("audit.what"),
            cell: (entry) => (
              <>
                {kind(entry.kind) && <div>{kind(entry.kind)}</div>}
                <code className={styles.kind}>{entry.kind}</code>
              </>
            ),
          },
          { key: "by", head: t("audit.by"), cell: (entry) => <By entry={entry} /> },
          {
            key: "transfer",
            head: t("audit.transfer"),
            cell: ({ transfer: id }) =>
              id && (
                <Link {...leadingTo(address("transfers", id))} aria-label={t("audit.transfer.open", { id })}>
                  <code className={styles.kind}>{id.slice(-12)}</code>
                </Link>
              ),
          },
        ]}
      />
    </div>
  );
}

/** Who did it, as far as the entry says so: else whom it is about. */
export function By({ entry }: { readonly entry: Entry }): ReactNode {
  const { by, user } = entry.details as Readonly<Record<string, unknown>>;
  const id = typeof by === "string" ? by : typeof user === "string" ? user : undefined;
  return id ? <Who id={id} /> : "–";
}
