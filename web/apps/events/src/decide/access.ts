import type { Mail } from "../mail.ts";
import { shown } from "../words/shown.ts";
import type { TextKey } from "../words/words.ts";
import type { Finding } from "./finding.ts";

/** Who will be able to fetch the mail's files, or no longer, once it is sent: the sender is told before. */
export function accessFindings({ transfer, recipients, knowsRecipients }: Mail): Finding[] {
  const before = transfer?.recipients;
  if (before === undefined || !knowsRecipients || recipients.length === 0) return [];
  const added = recipients.filter((one) => before.indexOf(one) < 0);
  const removed = before.filter((one) => recipients.indexOf(one) < 0);
  return [...about("access.added", added), ...about("access.removed", removed)];
}

function about(key: TextKey, [first, ...more]: readonly string[]): Finding[] {
  if (first === undefined) return [];
  const values = { address: shown(first), count: more.length };
  const text = more.length === 0 ? { key, values } : { key: `${key}.more` as TextKey, values };
  return [{ reason: "access", level: "notify", text }];
}
