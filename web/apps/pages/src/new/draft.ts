/** What a transfer is made of while it is written. */

import type { Shape } from "@sealpost/api-client";
import type { Bootstrap } from "@sealpost/ui";

export type Protection = Shape<"Protection">;

export interface Recipient {
  readonly email: string;
  /** For codes by SMS; as it was typed. */
  readonly phone: string;
}

export interface ChosenFile {
  readonly id: string;
  readonly file: File;
  /** Folders and name, as it was chosen. */
  readonly path: string;
}

export interface Draft {
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
}

/** Nothing yet, but what the tenant has decided for whoever says nothing. */
export function empty({ policy }: Bootstrap): Draft {
  return {
    recipients: [],
    files: [],
    subject: "",
    message: "",
    lifetime: policy.retention_default_seconds,
    protection: policy.protections[0] ?? "none",
    generate: true,
    password: "",
  };
}

export function needsPassword(protection: Protection): boolean {
  return protection.includes("password");
}

export function needsPhone(protection: Protection): boolean {
  return protection.startsWith("sms_code");
}

export function totalBytes(files: readonly ChosenFile[]): number {
  return files.reduce((sum, { file }) => sum + file.size, 0);
}

/** As the API takes it. What the tenant does not let senders choose is not said. */
export function asRequest(draft: Draft, { policy }: Bootstrap, now: Date): Shape<"CreateTransfer"> {
  const { protection, generate, password, subject, message, lifetime } = draft;
  const isFree = (choice: string) => !policy.locked.includes(choice);
  return {
    recipients: draft.recipients.map(({ email, phone }) =>
      needsPhone(protection) ? { email, phone: phone.replace(/[\s()./-]/g, "") } : { email },
    ),
    ...(subject.trim() && { subject: subject.trim() }),
    ...(message.trim() && { message }),
    ...(isFree("expiry") && { expires_at: new Date(now.getTime() + lifetime * 1000).toISOString() }),
    ...(isFree("protection") && { protection }),
    ...(needsPassword(protection) && { password: generate ? { generate: true } : password }),
  };
}
