import { Button, Link, makeStyles, Spinner, Title2, tokens } from "@fluentui/react-components";
import { answer, type Shape } from "@sealpost/api-client";
import { api, go, leadingTo, ProblemBar, StateBadge, useSpeech } from "@sealpost/ui";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { NEW, transferAddress } from "../shell/address.ts";

const PAGE = 25;

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem", marginTop: "1rem" },
  list: { margin: 0, padding: 0, listStyle: "none" },
  row: { padding: "0.75rem 0", borderBottom: `1px solid ${tokens.colorNeutralStroke2}` },
  top: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    justifyContent: "space-between",
    gap: "0.25rem 0.75rem",
  },
  facts: { color: tokens.colorNeutralForeground2, fontSize: "0.875rem" },
});

/** What the reader has sent, newest first. */
export default function Sent(): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const list = useInfiniteQuery({
    queryKey: ["transfers", "list"],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      answer(
        api.GET("/api/v1/transfers", {
          params: { query: { limit: PAGE, ...(pageParam && { before: pageParam }) } },
        }),
      ),
    getNextPageParam: ({ next }) => next,
  });
  const transfers = list.data?.pages.flatMap((page) => page.transfers) ?? [];

  return (
    <section className={styles.all}>
      <Title2 as="h1">{t("sent.title")}</Title2>
      {list.isPending && <Spinner label={t("shell.loading")} />}
      {list.error && <ProblemBar error={list.error} retry={() => void list.refetch()} />}
      {list.isSuccess && transfers.length === 0 && (
        <div>
          <p>{t("sent.none")}</p>
          <Button appearance="primary" onClick={() => go(NEW)}>
            {t("new.title")}
          </Button>
        </div>
      )}
      {transfers.length > 0 && (
        <ul className={styles.list}>
          {transfers.map((transfer) => (
            <li key={transfer.id} className={styles.row}>
              <Row transfer={transfer} />
            </li>
          ))}
        </ul>
      )}
      {list.hasNextPage && (
        <div>
          <Button disabledFocusable={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t("sent.more")}
          </Button>
        </div>
      )}
    </section>
  );
}

function Row({ transfer }: { readonly transfer: Shape<"TransferSummary"> }): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const { id, subject, state, file_count, byte_count, recipient_count, downloaded_count } = transfer;
  const facts = [
    format.time(new Date(transfer.sent_at ?? transfer.created_at)),
    t("new.files.sum", { count: file_count, size: format.size(byte_count) }),
    t("sent.downloaded", { count: recipient_count, downloaded: downloaded_count }),
  ];
  return (
    <>
      <div className={styles.top}>
        <Link {...leadingTo(transferAddress(id))}>
          <bdi>{subject || t("sent.no_subject")}</bdi>
        </Link>
        <StateBadge state={state} />
      </div>
      <div className={styles.facts}>{facts.join(" · ")}</div>
    </>
  );
}
