import { Button } from "@fluentui/react-components";
import { answer, type Shape } from "@sealpost/api-client";
import { api, type Bootstrap, go, useSpeech } from "@sealpost/ui";
import { useInfiniteQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { NEW_REQUEST, requestAddress } from "../shell/address.ts";
import { ListedLink } from "../shell/ListedLink.tsx";
import { Listing } from "../shell/Listing.tsx";
import { StandBadge } from "./StandBadge.tsx";

const PAGE = 25;

/** What the reader has asked for. */
export default function Requests({ bootstrap }: { readonly bootstrap: Bootstrap }): ReactNode {
  const { t } = useSpeech();
  const list = useInfiniteQuery({
    queryKey: ["requests", "list"],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      answer(
        api.GET("/api/v1/requests", {
          params: { query: { limit: PAGE, ...(pageParam && { before: pageParam }) } },
        }),
      ),
    getNextPageParam: ({ next }) => next,
  });
  return (
    <Listing
      title={t("requests.title")}
      list={list}
      items={({ requests }) => requests}
      none={t("requests.none")}
      action={
        bootstrap.may_send && (
          <Button appearance="primary" onClick={() => go(NEW_REQUEST)}>
            {t("ask.heading")}
          </Button>
        )
      }
      row={(request) => <Row request={request} />}
    />
  );
}

function Row({ request }: { readonly request: Shape<"UploadRequest"> }): ReactNode {
  const { t, format } = useSpeech();
  const { id, title, email, uses, max_uses, open, created_at, expires_at } = request;
  const facts = [
    format.time(new Date(created_at)),
    t("requests.uses", { count: max_uses, uses }),
    ...(open ? [t("requests.until", { time: format.time(new Date(expires_at)) })] : []),
  ];
  return (
    <ListedLink path={requestAddress(id)} name={title} badge={<StandBadge request={request} />} facts={facts}>
      {email && (
        <div>
          {t("requests.of")} <bdi>{email}</bdi>
        </div>
      )}
    </ListedLink>
  );
}
