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

/** The kinds of entries that have a name for people, each as it ends the name of its text. */
const CALLED = [
  "abuse_reported",
  "abuse_settled",
  "certificate_issued",
  "code_sent",
  "content_refused",
  "copy_healed",
  "delivery_opened",
  "delivery_refused",
  "device_forgotten",
  "file_damaged",
  "file_downloaded",
  "file_refused",
  "file_removed",
  "file_stated",
  "links_shown",
  "mode_refused",
  "recipient_added",
  "recipient_blocked",
  "recipient_erased",
  "recipient_link_shown",
  "recipient_notified",
  "recipient_reminded",
  "recipient_removed",
  "recipient_resent",
  "recipient_unblocked",
  "recipient_unreachable",
  "recipients_refused",
  "store_damaged",
  "store_healed",
  "submission_begun",
  "transfer_blocked",
  "transfer_created",
  "transfer_extended",
  "transfer_inspected",
  "transfer_locked",
  "transfer_mail_link_made",
  "transfer_purge_started",
  "transfer_purged",
  "transfer_revised",
  "transfer_sent",
  "transfer_unblocked",
  "upload_abandoned",
] as const;

/** What a kind of entry is called; others stand by their own word. */
export function called(kind: string): TextKey | undefined {
  const word = CALLED.find((one) => one === kind.replace(".", "_"));
  return word && `transfers.step.${word}`;
}

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
