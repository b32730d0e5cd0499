import type { Shape } from "@sealpost/api-client";
import { StateBadge, type TextKey, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { transferAddress } from "../shell/address.ts";
import { ListedLink } from "../shell/ListedLink.tsx";
import { UploaderOf } from "./Uploader.tsx";

/** A transfer in a list; one that has come in says from whom. */
export function TransferRow({ transfer }: { readonly transfer: Shape<"TransferSummary"> }): ReactNode {
  const { t, format } = useSpeech();
  const { id, subject, state, file_count, byte_count, recipient_count, downloaded_count } = transfer;
  const isReceived = transfer.request_id !== undefined || transfer.portal_id !== undefined;
  const facts = [
    format.time(new Date(transfer.sent_at ?? transfer.created_at)),
    t("new.files.sum", { count: file_count, size: format.size(byte_count) }),
    isReceived
      ? t(received(transfer))
      : t("sent.downloaded", { count: recipient_count, downloaded: downloaded_count }),
  ];
  return (
    <ListedLink
      path={transferAddress(id)}
      name={subject || t("sent.no_subject")}
      badge={<StateBadge state={state} />}
      facts={facts}
    >
      {isReceived && <UploaderOf transfer={id} />}
    </ListedLink>
  );
}

/** How far something is that comes in for the reader, who is its one recipient. */
function received({ state, downloaded_count }: Shape<"TransferSummary">): TextKey {
  if (state === "draft") return "received.coming";
  return downloaded_count > 0 ? "received.fetched" : "received.not_fetched";
}
