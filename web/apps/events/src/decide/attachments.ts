import { files, type Mail } from "../mail.ts";
import type { EventPolicy } from "../policy.ts";
import type { Finding } from "./finding.ts";

/** Whether the attachments have more bytes together than the tenant wants in a mail. */
export function attachmentFindings({ attachments }: EventPolicy, mail: Mail): Finding[] {
  if (attachments === undefined) return [];
  const size = files(mail).reduce((sum, file) => sum + file.size, 0);
  if (size <= attachments.more_than_bytes) return [];
  const values = { bytes: size, limit: attachments.more_than_bytes };
  return [{ reason: "attachments", level: attachments.level, text: { key: "attachments.over", values } }];
}
