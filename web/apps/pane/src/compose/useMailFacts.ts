import { useMemo } from "react";

import type { Attachment, Compose, MailRecipient } from "../office/compose.ts";
import { type Live, useLive } from "./useLive.ts";

export interface MailFacts {
  readonly recipients: Live<readonly MailRecipient[]>;
  readonly attachments: Live<readonly Attachment[]>;
  readonly subject: Live<string>;
}

/** What the mail says of itself, live. */
export function useMailFacts(mail: Compose): MailFacts {
  const calls = useMemo(
    () => ({
      recipients: () => mail.recipients(),
      onRecipients: (changed: () => void) => mail.onRecipients(changed),
      attachments: () => mail.attachments(),
      onAttachments: (changed: () => void) => mail.onAttachments(changed),
      subject: () => mail.subject(),
    }),
    [mail],
  );
  return {
    recipients: useLive(calls.recipients, calls.onRecipients),
    attachments: useLive(calls.attachments, calls.onAttachments),
    subject: useLive(calls.subject),
  };
}
