import type { Mail } from "../mail.ts";
import type { EventPolicy } from "../policy.ts";
import type { Finding } from "./finding.ts";

/** Whether files of this mail are not all there yet. Nothing is said of what nobody knows. */
export function uploadFindings({ uploads = "ask" }: EventPolicy, { transfer }: Mail): Finding[] {
  if (transfer === undefined || transfer.state !== "uploading") return [];
  return [{ reason: "upload", level: uploads, text: { key: "upload.running" } }];
}
