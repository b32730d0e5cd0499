import { Button } from "@fluentui/react-components";
import type { Shape } from "@sealpost/api-client";
import { FileRow, StateBadge, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import type { Deed } from "./useTransfer.ts";

interface Props {
  readonly recipient: Shape<"Recipient">;
  readonly busy: boolean;
  readonly onDeed: (deed: Deed) => void;
}

/** How far a recipient has come, and whether he may go on. */
export function RecipientRow({ recipient, busy, onDeed }: Props): ReactNode {
  const { t, format } = useSpeech();
  const blocked = recipient.state === "blocked";
  const last =
    recipient.blocked_at ?? recipient.downloaded_at ?? recipient.opened_at ?? recipient.notified_at;
  const address = recipient.email ?? t("detail.sealed_name");
  return (
    <FileRow
      name={address}
      facts={
        <>
          <StateBadge state={recipient.state} /> {last && format.time(new Date(last))}
        </>
      }
    >
      <Button
        size="small"
        disabledFocusable={busy}
        aria-label={t(blocked ? "detail.unblock_recipient" : "detail.block_recipient", { address })}
        onClick={() => onDeed({ do: blocked ? "unblock" : "block", recipient: recipient.id })}
      >
        {t(blocked ? "detail.unblock" : "detail.block")}
      </Button>
    </FileRow>
  );
}
