import { Button, makeStyles } from "@fluentui/react-components";
import type { Shape } from "@sealpost/api-client";
import { FileRow, ProblemBar, StateBadge, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { SealedLink } from "../sealing/SealedLink.tsx";
import { CopiedLine } from "../shell/CopiedLine.tsx";
import { ResendProblem } from "../shell/ResendProblem.tsx";
import { RecipientMore } from "./RecipientMore.tsx";
import { useRecipient } from "./useRecipient.ts";
import type { Deed } from "./useTransfer.ts";

const useStyles = makeStyles({
  below: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "0.5rem", paddingTop: "0.375rem" },
  deeds: { display: "flex", flexWrap: "wrap", gap: "0.375rem" },
});

interface Props {
  readonly transfer: Shape<"Transfer">;
  readonly recipient: Shape<"Recipient">;
  /** Of the links of a transfer that was sealed here. */
  readonly secondPart?: string | undefined;
  readonly busy: boolean;
  readonly onDeed: (deed: Deed) => void;
}

/** How far a recipient has come, and what can be done for him or against him. */
export function RecipientRow({ transfer, recipient, secondPart, busy, onDeed }: Props): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const { resend, link } = useRecipient(transfer.id, recipient.id);
  const blocked = recipient.state === "blocked";
  // Else his link leads nowhere.
  const hasLink = transfer.state === "available" && !blocked;
  const last =
    recipient.blocked_at ?? recipient.downloaded_at ?? recipient.opened_at ?? recipient.notified_at;
  const address = recipient.email ?? t("detail.sealed_name");
  const facts = [
    ...(last ? [format.time(new Date(last))] : []),
    ...(recipient.protection === transfer.protection ? [] : [t(`protection.${recipient.protection}`)]),
    ...(recipient.phone ? [recipient.phone] : []),
  ];
  return (
    <FileRow
      name={address}
      facts={
        <>
          <StateBadge state={recipient.state} /> {facts.join(" · ")}
        </>
      }
      below={
        <div className={styles.below}>
          <div className={styles.deeds}>
            {hasLink && (
              <>
                <Button
                  size="small"
                  disabledFocusable={resend.isPending}
                  aria-label={t("recipient.resend_to", { address })}
                  onClick={() => resend.mutate()}
                >
                  {t("recipient.resend")}
                </Button>
                <Button
                  size="small"
                  disabledFocusable={link.isPending}
                  aria-label={t("recipient.link_of", { address })}
                  onClick={() => link.mutate()}
                >
                  {t("recipient.link")}
                </Button>
              </>
            )}
            <Button
              size="small"
              disabledFocusable={busy}
              aria-label={t(blocked ? "detail.unblock_recipient" : "detail.block_recipient", { address })}
              onClick={() => onDeed({ do: blocked ? "unblock" : "block", recipient: recipient.id })}
            >
              {t(blocked ? "detail.unblock" : "detail.block")}
            </Button>
          </div>
          <div role="status">{resend.isSuccess && t("recipient.resent")}</div>
          {resend.error && <ResendProblem error={resend.error} />}
          {link.error && <ProblemBar error={link.error} />}
          {hasLink && link.data && !secondPart && (
            <CopiedLine text={link.data.url} what={t("links.copy", { address })} />
          )}
          {hasLink && link.data && secondPart && (
            <SealedLink
              transfer={transfer}
              recipient={recipient.id}
              url={link.data.url}
              secondPart={secondPart}
            />
          )}
          <RecipientMore transfer={transfer} recipient={recipient} />
        </div>
      }
    />
  );
}
