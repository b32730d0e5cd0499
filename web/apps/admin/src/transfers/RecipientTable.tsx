import type { Shape } from "@sealpost/api-client";
import { StateBadge, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { type Column, DataTable } from "../parts/DataTable.tsx";
import { listed } from "../parts/pages.ts";
import { useMe } from "../parts/useMe.ts";
import { BlockButton } from "./BlockButton.tsx";
import type { Deed } from "./deeds.ts";

type Recipient = Shape<"LogRecipient">;

interface Props {
  readonly recipients: readonly Recipient[];
  readonly isBusy: boolean;
  readonly onDeed: (wish: Deed["do"], recipient: Recipient) => void;
}

/** How far each recipient has come, and whether he may go on. */
export function RecipientTable({ recipients, isBusy, onDeed }: Props): ReactNode {
  const { t, format } = useSpeech();
  const { mayChange } = useMe();
  const whom = ({ email }: Recipient) => email ?? t("transfers.who.recipient");
  const columns: readonly [Column<Recipient>, ...Column<Recipient>[]] = [
    { key: "email", head: t("transfers.address"), cell: (one) => <bdi>{whom(one)}</bdi> },
    {
      key: "state",
      head: t("transfers.state"),
      kind: "short",
      cell: (one) =>
        one.bounced_at && !one.opened_at && !one.blocked_at ? (
          t("transfers.bounced")
        ) : (
          <StateBadge state={standing(one)} />
        ),
    },
    {
      key: "since",
      head: t("transfers.since"),
      kind: "short",
      cell: (one) => {
        const at = one.blocked_at ?? one.downloaded_at ?? one.opened_at ?? one.bounced_at ?? one.notified_at;
        return at ? format.time(new Date(at)) : "–";
      },
    },
    { key: "protection", head: t("transfers.must_show"), cell: (one) => t(`protection.${one.protection}`) },
    ...(mayChange
      ? [
          {
            key: "deeds",
            head: t("transfers.deeds"),
            kind: "deeds" as const,
            cell: (one: Recipient) => (
              <BlockButton
                size="small"
                state={one.blocked_at ? "blocked" : "available"}
                what={whom(one)}
                isBusy={isBusy}
                onDeed={(wish) => onDeed(wish, one)}
              />
            ),
          },
        ]
      : []),
  ];
  return (
    <DataTable
      caption={t("transfers.recipients")}
      columns={columns}
      list={listed(recipients)}
      rowKey={({ id }) => id}
      empty={t("transfers.no_recipients")}
    />
  );
}

function standing(one: Recipient): Shape<"RecipientState"> {
  if (one.blocked_at) return "blocked";
  if (one.downloaded_at) return "downloaded";
  if (one.opened_at) return "opened";
  return one.notified_at ? "notified" : "pending";
}
