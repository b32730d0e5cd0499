import type { Mail } from "../mail.ts";
import type { EventPolicy, Level } from "../policy.ts";
import { accessFindings } from "./access.ts";
import { attachmentFindings } from "./attachments.ts";
import { contentFindings } from "./content.ts";
import type { Finding } from "./finding.ts";
import { recipientFindings } from "./recipients.ts";
import { typeFindings } from "./types.ts";
import { uploadFindings } from "./upload.ts";

export interface Decision {
  /** The strongest first. */
  readonly findings: readonly Finding[];
  /** What content asks recipients to be asked for. */
  readonly protection?: string;
}

const WEIGHT: Readonly<Record<Level, number>> = { enforce: 0, ask: 1, notify: 2 };

/** What a policy says of a mail. `goesOn` is asked while it takes long. */
export function decide(policy: EventPolicy, mail: Mail, goesOn: () => boolean): Decision {
  if (!policy.active) return { findings: [] };
  const content = contentFindings(policy, mail, goesOn);
  const findings = [
    ...uploadFindings(policy, mail),
    ...attachmentFindings(policy, mail),
    ...typeFindings(policy, mail),
    ...recipientFindings(policy, mail),
    ...content.findings,
    ...accessFindings(mail),
  ];
  // Of one level they stay as they are: sorting need not keep that here.
  const sorted = findings
    .map((finding, place) => ({ finding, place }))
    .sort((a, b) => WEIGHT[a.finding.level] - WEIGHT[b.finding.level] || a.place - b.place)
    .map(({ finding }) => finding);
  return { findings: sorted, ...(content.protection !== undefined && { protection: content.protection }) };
}
