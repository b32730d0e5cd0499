/** What the audit log says of a transfer, as steps that people read. */
import type { Shape } from "@sealpost/api-client";
import type { TextKey } from "@sealpost/ui";

type Entry = Shape<"AuditEntry">;
type Record = Shape<"TransferRecord">;

/** Who has done something: somebody by his address, a user by his id, or one of those who have no name. */
export type Actor =
  | { readonly address: string }
  | { readonly user: string }
  | { readonly role: "operator" | "recipient" | "service" | "support" | "uploader" };

/** A step of a transfer's way. */
export interface Step {
  readonly seq: number;
  readonly at: Date;
  readonly kind: string;
  readonly who: Actor | undefined;
  /** The address of the recipient that it is about, if somebody else has done it. */
  readonly whom: string | undefined;
  /** What was shown before it, as a protection. */
  readonly proof: string | undefined;
  readonly networks: readonly string[];
  readonly details: Readonly<{ [name: string]: unknown }>;
}

/** What each kind of entry is called; others stand by their own word. */
export const CALLED: Readonly<{ [kind: string]: TextKey }> = {
  "abuse.reported": "transfers.step.abuse_reported",
  "abuse.settled": "transfers.step.abuse_settled",
  "certificate.issued": "transfers.step.certificate_issued",
  "code.sent": "transfers.step.code_sent",
  "content.refused": "transfers.step.content_refused",
  "delivery.opened": "transfers.step.delivery_opened",
  "delivery.refused": "transfers.step.delivery_refused",
  "device.forgotten": "transfers.step.device_forgotten",
  "file.damaged": "transfers.step.file_damaged",
  "file.downloaded": "transfers.step.file_downloaded",
  "file.refused": "transfers.step.file_refused",
  "file.removed": "transfers.step.file_removed",
  "links.shown": "transfers.step.links_shown",
  "recipient.added": "transfers.step.recipient_added",
  "recipient.blocked": "transfers.step.recipient_blocked",
  "recipient.erased": "transfers.step.recipient_erased",
  "recipient.link_shown": "transfers.step.recipient_link_shown",
  "recipient.notified": "transfers.step.recipient_notified",
  "recipient.reminded": "transfers.step.recipient_reminded",
  "recipient.resent": "transfers.step.recipient_resent",
  "recipient.unblocked": "transfers.step.recipient_unblocked",
  "recipient.unreachable": "transfers.step.recipient_unreachable",
  "recipients.refused": "transfers.step.recipients_refused",
  "submission.begun": "transfers.step.submission_begun",
  "transfer.blocked": "transfers.step.transfer_blocked",
  "transfer.created": "transfers.step.transfer_created",
  "transfer.extended": "transfers.step.transfer_extended",
  "transfer.inspected": "transfers.step.transfer_inspected",
  "transfer.locked": "transfers.step.transfer_locked",
  "transfer.purge_started": "transfers.step.transfer_purge_started",
  "transfer.purged": "transfers.step.transfer_purged",
  "transfer.sent": "transfers.step.transfer_sent",
  "transfer.unblocked": "transfers.step.transfer_unblocked",
  "upload.abandoned": "transfers.step.upload_abandoned",
};

/** What only the recipient himself does. */
const HIS_OWN: readonly string[] = [
  "abuse.reported",
  "code.sent",
  "delivery.opened",
  "delivery.refused",
  "file.downloaded",
];

/** The way of a transfer, from its first step on. */
export function stepsOf({ entries, recipients, sender, sender_id, uploader }: Record): readonly Step[] {
  const address = (recipient: unknown) => recipients.find(({ id }) => id === recipient)?.email;
  const actor = (entry: Entry): Actor | undefined => {
    const { by, recipient } = entry.details as { by?: unknown; recipient?: unknown };
    if (HIS_OWN.includes(entry.kind) && by === undefined) {
      const own = entry.personal?.address?.[0] ?? address(recipient);
      return own === undefined ? { role: "recipient" } : { address: own };
    }
    if (by === undefined) return undefined;
    if (by === "uploader" && uploader) return { address: uploader };
    if (by === "operator" || by === "recipient" || by === "service" || by === "support" || by === "uploader")
      return { role: by };
    if (by === sender_id && sender) return { address: sender };
    return { user: String(by) };
  };
  const steps = entries.map((entry): Step => {
    const { recipient, protection } = entry.details as { recipient?: unknown; protection?: unknown };
    return {
      seq: entry.seq,
      at: new Date(entry.at),
      kind: entry.kind,
      who: actor(entry),
      whom: HIS_OWN.includes(entry.kind) ? undefined : address(recipient),
      proof: typeof protection === "string" ? protection : undefined,
      networks: entry.personal?.network ?? [],
      details: entry.details,
    };
  });
  return steps.reverse();
}

/** The users whom steps name by their ids alone. */
export function usersOf(steps: readonly Step[]): readonly string[] {
  return [...new Set(steps.flatMap(({ who }) => (who && "user" in who ? [who.user] : [])))];
}
