import { Link, MessageBar, MessageBarBody, makeStyles, tokens } from "@fluentui/react-components";
import { answer, type Shape } from "@sealpost/api-client";
import {
  api,
  FilterBar,
  filtersOf,
  leadingTo,
  ProblemBar,
  StateBadge,
  useSearch,
  useSpeech,
} from "@sealpost/ui";
import { type ReactNode, useState } from "react";

import { type Column, DataTable } from "../parts/DataTable.tsx";
import { Done } from "../parts/Done.tsx";
import { usePages } from "../parts/pages.ts";
import { SectionHead } from "../parts/SectionHead.tsx";
import { useMe } from "../parts/useMe.ts";
import { address } from "../shell/sections.ts";
import { BlockButton } from "./BlockButton.tsx";
import { type Deed, LOG, useDeed } from "./deeds.ts";
import { asked, exportAddress, NAMES } from "./query.ts";
import { shownState } from "./state.ts";
import { subjectOf } from "./subject.ts";
import { useFilters } from "./useFilters.ts";

type Line = Shape<"TransferLogLine">;

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem" },
  exports: { display: "flex", flexWrap: "wrap", gap: "0.25rem 1rem" },
  below: { color: tokens.colorNeutralForeground2, fontSize: "0.8125rem" },
});

/** All transfers of the tenant, newest first, found by what is known of them. */
export function Log(): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const { mayChange } = useMe();
  const values = filtersOf(useSearch(), NAMES);
  const filters = useFilters(values.portal);
  const query = asked(values);
  const list = usePages(
    [...LOG, query],
    (before: string | undefined) =>
      answer(
        api.GET("/api/v1/admin/transfers", { params: { query: { ...query, ...(before && { before }) } } }),
      ),
    (page) => page.transfers,
  );
  const deed = useDeed();
  const [done, setDone] = useState<string>();
  const act = (line: Line, wish: Deed["do"]) => {
    setDone(undefined);
    const what = subjectOf(line, t);
    const said = t(wish === "block" ? "transfers.blocked" : "transfers.unblocked", { what });
    deed.mutate({ do: wish, transfer: line.id }, { onSuccess: () => setDone(said) });
  };
  const columns = useColumns(mayChange, deed.isPending, act);

  return (
    <section className={styles.all}>
      <SectionHead title={t("transfers.title")} text={t("transfers.text")} />
      <FilterBar
        label={t("transfers.filters")}
        path={address("transfers")}
        filters={filters}
        values={values}
      />
      <div className={styles.exports}>
        <Link href={exportAddress(values, "csv")} download>
          {t("transfers.export_csv")}
        </Link>
        <Link href={exportAddress(values, "jsonl")} download>
          {t("transfers.export_jsonl")}
        </Link>
      </div>
      <Done>{done}</Done>
      {deed.error && <ProblemBar error={deed.error} />}
      <DataTable
        caption={t("transfers.caption")}
        columns={columns}
        list={list}
        rowKey={({ id }) => id}
        empty={<Nothing isFiltered={Object.keys(values).length > 0} leadsOn={list.more !== undefined} />}
      />
    </section>
  );
}

/** Why there is nothing: a page may be empty although there are more. */
function Nothing({
  isFiltered,
  leadsOn,
}: {
  readonly isFiltered: boolean;
  readonly leadsOn: boolean;
}): ReactNode {
  const { t } = useSpeech();
  if (!leadsOn) return t(isFiltered ? "transfers.none_found" : "transfers.none");
  return (
    <MessageBar layout="multiline">
      <MessageBarBody>{t("transfers.none_yet")}</MessageBarBody>
    </MessageBar>
  );
}

function useColumns(
  mayChange: boolean,
  isBusy: boolean,
  act: (line: Line, wish: Deed["do"]) => void,
): readonly [Column<Line>, ...Column<Line>[]] {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const what = (line: Line) => subjectOf(line, t);
  return [
    {
      key: "subject",
      head: t("transfers.subject"),
      cell: (line) => (
        <Link {...leadingTo(address("transfers", line.id))}>
          <bdi>{what(line)}</bdi>
        </Link>
      ),
    },
    {
      key: "sender",
      head: t("transfers.sender"),
      cell: ({ sender, uploader }) => (
        <>
          <bdi>{uploader ?? sender ?? t("transfers.no_user")}</bdi>
          {uploader && (
            <div className={styles.below}>{t("transfers.sent_in_to", { who: sender ?? "–" })}</div>
          )}
        </>
      ),
    },
    {
      key: "state",
      head: t("transfers.state"),
      kind: "short",
      cell: ({ state }) => <StateBadge state={shownState(state)} />,
    },
    {
      key: "recipients",
      head: t("transfers.fetched"),
      kind: "number",
      cell: ({ recipient_count, downloaded_count }) =>
        t("transfers.fetched_of", { all: recipient_count, fetched: downloaded_count ?? "–" }),
    },
    {
      key: "size",
      head: t("transfers.size"),
      kind: "number",
      cell: ({ byte_count }) => format.size(byte_count),
    },
    {
      key: "created",
      head: t("transfers.created"),
      kind: "short",
      cell: ({ created_at }) => format.time(new Date(created_at)),
    },
    ...(mayChange
      ? [
          {
            key: "deeds",
            head: t("transfers.deeds"),
            kind: "deeds" as const,
            cell: (line: Line) => (
              <BlockButton
                size="small"
                state={line.state}
                what={what(line)}
                isBusy={isBusy}
                onDeed={(wish) => act(line, wish)}
              />
            ),
          },
        ]
      : []),
  ];
}
