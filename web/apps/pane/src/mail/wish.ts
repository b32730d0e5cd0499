/** What a sender wants of the transfer of his mail, and how it becomes what the service is asked. */
import { asRequest, type Draft, type Protection, type Recipient } from "@sealpost/sending/new/draft.ts";
import { lifetimes } from "@sealpost/sending/new/LifetimeField.tsx";
import type { Bootstrap } from "@sealpost/ui";

import type { ChangeTransfer, CreateTransfer, Transfer } from "./service.ts";

/** The draft with the recipients that the mail has now; what was said of those who stay, stays. */
export function mirrored(draft: Draft, emails: readonly string[]): Draft {
  const known = new Map(draft.recipients.map((recipient) => [recipient.email, recipient]));
  return { ...draft, recipients: emails.map((email) => known.get(email) ?? { email, phone: "" }) };
}

/** The draft without those whom the service refuses, and with what it asks of single ones. */
export function agreeing(
  draft: Draft,
  refused: ReadonlyMap<string, string>,
  demanded: ReadonlyMap<string, Protection>,
): Draft {
  const recipients = draft.recipients
    .filter(({ email }) => !refused.has(email))
    .map((recipient): Recipient => {
      const protection = demanded.get(recipient.email);
      return protection ? { ...recipient, protection } : recipient;
    });
  return { ...draft, recipients };
}

export function creation(draft: Draft, bootstrap: Bootstrap, now: Date): CreateTransfer {
  return asRequest(draft, bootstrap, now);
}

const CHANGED = [
  "recipients",
  "subject",
  "expires_at",
  "protection",
  "password",
  "max_downloads",
  "allow_reply",
] as const;

/** What is another than it was; nothing if nothing is. */
export function difference(
  before: Draft,
  after: Draft,
  bootstrap: Bootstrap,
  now: Date,
): ChangeTransfer | undefined {
  const was = explicit(asRequest(before, bootstrap, now));
  const is = explicit(asRequest(after, bootstrap, now));
  const changes = CHANGED.flatMap((name) =>
    JSON.stringify(was[name]) === JSON.stringify(is[name]) ? [] : [[name, is[name] ?? null]],
  );
  return changes.length > 0 ? (Object.fromEntries(changes) as ChangeTransfer) : undefined;
}

/** With what each recipient must show said of himself: who stays keeps what is not said anew. */
function explicit(request: CreateTransfer): CreateTransfer {
  const { protection, recipients = [] } = request;
  if (!protection) return request;
  return { ...request, recipients: recipients.map((one) => ({ protection, ...one })) };
}

/** The draft that a transfer was made of, as far as it says. */
export function draftOf(transfer: Transfer, draft: Draft, { policy }: Bootstrap): Draft {
  const lifetime = (Date.parse(transfer.expires_at) - Date.parse(transfer.created_at)) / 1000;
  const offered = lifetimes(policy.retention_default_seconds, policy.retention_max_seconds);
  const near = (seconds: number) => Math.abs(seconds - lifetime);
  return {
    ...draft,
    // Of what is sealed the service cannot say it: it is what the mail is called.
    subject: transfer.mode === "zero_knowledge" ? draft.subject : (transfer.subject ?? ""),
    protection: transfer.protection,
    lifetime: offered.reduce((best, one) => (near(one) < near(best) ? one : best), draft.lifetime),
    downloads: transfer.max_downloads === undefined ? "" : String(transfer.max_downloads),
    replies: transfer.allow_reply,
    sealed: transfer.mode === "zero_knowledge",
    // What it is, nobody knows any more: it stays as long as no other is made.
    generate: true,
    password: "",
    recipients: transfer.recipients.map(({ email = "", phone = "", protection }) => ({
      email: email.toLowerCase(),
      phone,
      protection: protection === transfer.protection ? undefined : protection,
    })),
  };
}
