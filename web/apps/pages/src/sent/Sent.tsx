import { Button } from "@fluentui/react-components";
import { answer } from "@sealpost/api-client";
import { api, go, useSpeech } from "@sealpost/ui";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { NEW } from "../shell/address.ts";
import { Listing } from "../shell/Listing.tsx";
import { TransferRow } from "./TransferRow.tsx";

const PAGE = 25;

/** What the reader has sent, and what has come in for him. */
export default function Sent(): ReactNode {
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
  return (
    <Listing
      title={t("sent.title")}
      list={list}
      items={({ transfers }) => transfers}
      none={t("sent.none")}
      action={
        <Button appearance="primary" onClick={() => go(NEW)}>
          {t("new.title")}
        </Button>
      }
      row={(transfer) => <TransferRow transfer={transfer} />}
    />
  );
}
