/** A mail as far as it could be read: what could not be is empty, and nothing comes of it. */
export interface Attachment {
  readonly id: string;
  readonly name: string;
  /** In bytes; 0 if the host does not say. */
  readonly size: number;
  /** A file, or another mail. What lies in a cloud is not listed by Outlook, or is a link only. */
  readonly kind: "file" | "item" | "cloud";
  /** A picture within the text. */
  readonly inline: boolean;
}

/**
 * How far it is: files are still coming in, all are there, whoever has the link can fetch them, there is nothing any more,
 * somebody may not have them (`refused` says who, and why); `unknown` if nobody has said.
 */
export type Standing = "uploading" | "complete" | "sent" | "gone" | "refused" | "unknown";

/** What this mail sends by Sealpost. */
export interface MailTransfer {
  readonly id: string;
  readonly state: Standing;
  /** The right to make it available with the mail, as long as that is written. */
  readonly ticket?: string;
  /** Who can fetch it, in lower case, as the pane has told the service. */
  readonly recipients?: readonly string[];
  /** Who may not have it, in lower case, and why; the reason may be empty. */
  readonly refused?: readonly { readonly address: string; readonly reason: string }[];
}

export interface Mail {
  /** In lower case; empty if nobody says. */
  readonly from: string;
  /** Of all three fields, in lower case, each once, without the sender's own. */
  readonly recipients: readonly string[];
  /** Whether all three fields could be read: only then nobody is missing. */
  readonly knowsRecipients: boolean;
  readonly attachments: readonly Attachment[];
  readonly subject: string;
  readonly message: string;
  readonly transfer?: MailTransfer;
}

/** What a recipient would get as a file: not what is part of the text. */
export function files(mail: Mail): readonly Attachment[] {
  return mail.attachments.filter((attachment) => !attachment.inline);
}
