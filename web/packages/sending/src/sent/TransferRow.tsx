import type { Shape } from "@sealpost/api-client";
import { StateBadge, type TextKey, type Translate, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { transferAddress } from "../shell/address.ts";
import { ListedLink } from "../shell/ListedLink.tsx";
import { Uploader } from "./Uploader.tsx";

/** A transfer in a list; one that has come in says from whom, and one that is gone what is left of it. */
export function TransferRow({ transfer }: { readonly transfer: Shape<"TransferSummary"> }): ReactNode {
  const { t, format } = useSpeech();
  const { id, subject, state, file_count, byte_count, uploader, purged_at } = transfer;
  const facts = [
    format.time(new Date(transfer.sent_at ?? transfer.created_at)),
    t("new.files.sum", { count: file_count, size: format.size(byte_count) }),
    fetched(transfer, t),
    ...(purged_at ? [t("sent.removed_at", { time: format.time(new Date(purged_at)) })] : []),
  ];
  return (
    <ListedLink
      path={transferAddress(id)}
      name={subject || t(nameless(transfer))}
      badge={<StateBadge state={state} />}
      facts={facts}
    >
      {uploader && <Uploader uploader={uploader} />}
      {purged_at && <code>{id}</code>}
    </ListedLink>
  );
}

/** What stands in the place of a subject that is not known. */
function nameless({ purged_at, mode }: Shape<"TransferSummary">): TextKey {
  if (purged_at) return "sent.removed";
  return mode === "zero_knowledge" ? "sealing.by_you" : "sent.no_subject";
}

/** How far its recipients are; of what has come in, that is the reader. */
function fetched(transfer: Shape<"TransferSummary">, t: Translate): string {
  const { state, recipient_count: count, downloaded_count: downloaded } = transfer;
  if (downloaded === undefined) return t("sent.recipients", { count });
  const isReceived = transfer.request_id !== undefined || transfer.portal_id !== undefined;
  if (!isReceived) return t("sent.downloaded", { count, downloaded });
  if (state === "draft") return t("received.coming");
  return t(downloaded > 0 ? "received.fetched" : "received.not_fetched");
}
