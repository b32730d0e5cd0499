import type { Shape } from "@sealpost/api-client";

/** Whether its link stands in a mail of its sender's own: nobody else is mailed, and sending the mail makes it available. */
export function goesWithMail(transfer: Shape<"Transfer"> | Shape<"TransferSummary">): boolean {
  return transfer.in_mail === true;
}
