import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { answer, type Shape } from "@sealpost/api-client";
import { api, type Filter, FilterBar, filtersOf, go, useSearch, useSpeech } from "@sealpost/ui";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { NEW, SENT } from "../shell/address.ts";
import { Listing } from "../shell/Listing.tsx";
import { TransferRow } from "./TransferRow.tsx";

const PAGE = 25;
/** The filters, by the names that they have in the address; the service knows them by the same. */
const NAMES = ["state", "recipient", "subject"] as const;
/** The states that the service finds transfers by. */
const STATES = [
  "draft",
  "sealed",
  "available",
  "blocked",
  "purged",
] as const satisfies readonly Shape<"TransferState">[];
/** Roughly an address; the service looks closer. */
const ADDRESS = /^[^\s@]+@[^\s@]+$/;

const useStyles = makeStyles({
  summary: { cursor: "pointer", padding: "0.25rem 0", color: tokens.colorBrandForegroundLink },
});

/** What the reader has sent, and what has come in for him. Where it is `narrow`, filters are out of the way until somebody wants them. */
export default function Sent({ narrow }: { readonly narrow?: boolean }): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const values = filtersOf(useSearch(), NAMES);
  const filters = useFilters();
  const list = useInfiniteQuery({
    queryKey: ["transfers", "list", values],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      answer(
        api.GET("/api/v1/transfers", {
          params: { query: { limit: PAGE, ...values, ...(pageParam && { before: pageParam }) } },
        }),
      ),
    getNextPageParam: ({ next }) => next,
    // The list stands until the next one is there, and the filters where they are.
    placeholderData: keepPreviousData,
  });
  const isFiltered = Object.keys(values).length > 0;
  const isAll = list.isSuccess && list.data.pages.every(({ transfers }) => transfers.length === 0);
  // Nothing was ever sent: there is nothing to be found.
  const isNew = isAll && !isFiltered && !list.isPlaceholderData;
  const none = isFiltered ? t(list.hasNextPage ? "sent.none_yet" : "sent.none_found") : t("sent.none");
  const bar = <FilterBar label={t("sent.filter")} path={SENT} filters={filters} values={values} />;
  return (
    <Listing
      title={t("sent.title")}
      list={list}
      items={({ transfers }) => transfers}
      none={none}
      above={
        !isNew &&
        (narrow ? (
          <details open={isFiltered || undefined}>
            <summary className={styles.summary}>{t("sent.filter")}</summary>
            {bar}
          </details>
        ) : (
          bar
        ))
      }
      action={
        <Button appearance="primary" onClick={() => go(NEW)}>
          {t("new.title")}
        </Button>
      }
      row={(transfer) => <TransferRow transfer={transfer} />}
    />
  );
}

function useFilters(): readonly Filter[] {
  const { t } = useSpeech();
  return [
    {
      name: "state",
      label: t("sent.filter.state"),
      choices: STATES.map((value) => ({ value, text: t(`state.${value}`) })),
    },
    {
      name: "recipient",
      label: t("sent.filter.recipient"),
      wrong: (value) => (ADDRESS.test(value) ? undefined : t("sent.filter.recipient.wrong")),
    },
    { name: "subject", label: t("sent.filter.subject") },
  ];
}
