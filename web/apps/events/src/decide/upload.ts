import type { Mail, MailTransfer } from "../mail.ts";
import type { EventPolicy } from "../policy.ts";
import { shown } from "../words/shown.ts";
import type { Finding } from "./finding.ts";

/** Whether those whom the mail goes to can fetch its files. Nothing is said of what nobody knows. */
export function uploadFindings({ uploads = "ask", recipients }: EventPolicy, { transfer }: Mail): Finding[] {
  const text = transfer && textOf(transfer);
  if (text === undefined) return [];
  if (transfer?.state !== "refused") return [{ reason: "upload", level: uploads, text }];
  return [{ reason: "access", level: recipients?.level ?? "ask", text }];
}

function textOf({ state, refused }: MailTransfer): Finding["text"] | undefined {
  switch (state) {
    case "uploading":
      return { key: "upload.running" };
    case "gone":
      return { key: "upload.gone" };
    // All is there, and nobody has let it go.
    case "complete":
      return { key: "upload.waiting" };
    case "refused": {
      const { address = "", reason = "" } = refused ?? {};
      const values = { address: shown(address), reason };
      return { key: reason === "" ? "access.refused" : "recipient.denied", values };
    }
    default:
      return undefined;
  }
}
