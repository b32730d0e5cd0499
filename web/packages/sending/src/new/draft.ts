/** What a transfer is made of while it is written. */

import type { Shape } from "@sealpost/api-client";
import type { Bootstrap } from "@sealpost/ui";

import { count } from "./NumberField.tsx";

export type Protection = Shape<"Protection">;

export interface Recipient {
  readonly email: string;
  /** For codes by SMS; as it was typed. */
  readonly phone: string;
  /** If he must show something else than the others. */
  readonly protection?: Protection | undefined;
}

export interface ChosenFile {
  readonly id: string;
  readonly file: File;
  /** Folders and name, as it was chosen. */
  readonly path: string;
  /**
   * Whether the service has to find each request of it as it left, by SHA-256, or takes nothing of that: for what is removed
   * elsewhere once it has arrived.
   */
  readonly proved?: boolean | undefined;
}

export interface Draft {
  /** The shared mailbox in whose name it is sent; nobody else's than the sender's own, if empty. */
  readonly sendAs: string;
  readonly recipients: readonly Recipient[];
  readonly files: readonly ChosenFile[];
  readonly subject: string;
  readonly message: string;
  /** Seconds from sending to the end. */
  readonly lifetime: number;
  readonly protection: Protection;
  /** Whether the service makes the password up. */
  readonly generate: boolean;
  readonly password: string;
  /** In how many visits each recipient may fetch, as it was typed; what the tenant says, if empty. */
  readonly downloads: string;
  /** Whether recipients may send files back. */
  readonly replies: boolean;
  /** Whether it is sealed here, so that the service cannot read it. */
  readonly sealed: boolean;
}

/** As the service bounds them. */
export const MOST_DOWNLOADS = 1_000_000;

/** Nothing yet, but what the tenant has decided for whoever says nothing. */
export function empty({ policy }: Bootstrap): Draft {
  return {
    sendAs: "",
    recipients: [],
    files: [],
    subject: "",
    message: "",
    lifetime: policy.retention_default_seconds,
    protection: policy.protections[0] ?? "none",
    generate: true,
    password: "",
    downloads: "",
    replies: true,
    sealed: false,
  };
}

/** Whether something would be lost with it. */
export function isWritten({ recipients, files, subject, message }: Draft): boolean {
  return recipients.length > 0 || files.length > 0 || subject !== "" || message !== "";
}

export function needsPassword(protection: Protection): boolean {
  return protection.includes("password");
}

export function needsPhone(protection: Protection): boolean {
  return protection.startsWith("sms_code");
}

/** What a recipient must show. */
export function asked({ protection }: Draft, recipient: Recipient): Protection {
  return recipient.protection ?? protection;
}

/** Whether there has to be a password: one for all who need one. */
export function asksPassword(draft: Draft): boolean {
  return (
    needsPassword(draft.protection) ||
    draft.recipients.some((recipient) => needsPassword(asked(draft, recipient)))
  );
}

/** Whether the sender says if recipients may send files back: nobody answers a mailbox, or against the tenant's policy. */
export function asksReplies({ sendAs }: Draft, { replies, locked }: Bootstrap["policy"]): boolean {
  return replies === "allow" && !locked.includes("reply") && !sendAs;
}

/** What single recipients may be asked for: of what is sealed here all are asked for the password, or nobody. */
export function offeredToOne(
  { sealed, protection }: Draft,
  offered: readonly Protection[],
): readonly Protection[] {
  return sealed ? offered.filter((one) => needsPassword(one) === needsPassword(protection)) : offered;
}

/** Leaves of what was chosen only what is offered: rules may have said meanwhile what they ask for. */
export function within(draft: Draft, offered: readonly Protection[]): Draft {
  const protection = offered.includes(draft.protection) ? draft.protection : offered[0];
  const written = { ...draft, protection: protection ?? draft.protection };
  const single = offeredToOne(written, offered);
  return {
    ...written,
    recipients: draft.recipients.map((recipient) =>
      !recipient.protection || single.includes(recipient.protection)
        ? recipient
        : { ...recipient, protection: undefined },
    ),
  };
}

export function totalBytes(files: readonly ChosenFile[]): number {
  return files.reduce((sum, { file }) => sum + file.size, 0);
}

/** As the API takes it. What the tenant does not let senders choose is not said, nor what is sealed here. */
export function asRequest(draft: Draft, { policy }: Bootstrap, now: Date): Shape<"CreateTransfer"> {
  const { protection, generate, password, lifetime, sendAs, sealed } = draft;
  const { subject, message } = sealed ? { subject: "", message: "" } : draft;
  const isFree = (choice: string) => !policy.locked.includes(choice);
  const downloads = count(draft.downloads, MOST_DOWNLOADS);
  return {
    ...(sealed && { mode: "zero_knowledge" }),
    ...(sendAs && { send_as: sendAs }),
    recipients: draft.recipients.map((recipient) => ({
      email: recipient.email,
      ...(recipient.protection && isFree("protection") && { protection: recipient.protection }),
      ...(needsPhone(asked(draft, recipient)) && { phone: recipient.phone.replace(/[\s()./-]/g, "") }),
    })),
    ...(subject.trim() && { subject: subject.trim() }),
    ...(message.trim() && { message }),
    ...(isFree("expiry") && { expires_at: new Date(now.getTime() + lifetime * 1000).toISOString() }),
    ...(isFree("protection") && { protection }),
    ...(asksPassword(draft) && !sealed && { password: generate ? { generate: true } : password }),
    ...(downloads !== undefined && isFree("max_downloads") && { max_downloads: downloads }),
    ...(asksReplies(draft, policy) && { allow_reply: draft.replies }),
  };
}
