import type { Mail, Standing } from "../mail.ts";
import type { EventPolicy } from "../policy.ts";
import { shown } from "../words/shown.ts";
import type { TextKey } from "../words/words.ts";
import type { Finding } from "./finding.ts";

/** Whether those whom the mail goes to can fetch its files. Nothing is said of what nobody knows. */
export function uploadFindings({ uploads = "ask", recipients }: EventPolicy, { transfer }: Mail): Finding[] {
  if (transfer?.state === "refused") {
    const level = recipients?.level ?? "ask";
    return (transfer.refused ?? []).map((one) => ({ reason: "access", level, text: refusal(one) }));
  }
  const key = transfer && TEXTS[transfer.state];
  return key === undefined ? [] : [{ reason: "upload", level: uploads, text: { key } }];
}

const TEXTS: Readonly<Partial<Record<Standing, TextKey>>> = {
  uploading: "upload.running",
  gone: "upload.gone",
  // All is there, and nobody has let it go.
  complete: "upload.waiting",
};

function refusal({ address, reason }: { address: string; reason: string }): Finding["text"] {
  const values = { address: shown(address), reason };
  return { key: reason === "" ? "access.refused" : "recipient.denied", values };
}
