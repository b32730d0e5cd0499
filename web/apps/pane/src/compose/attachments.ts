/** Attachments of the mail that could go by Sealpost: which, and how they become files. */
import { nameFault } from "@sealpost/sending/new/names.ts";

import type { AttachmentContent } from "../office/api.ts";
import type { Attachment } from "../office/compose.ts";

/** Bytes. Outlook hands a file over as one text, a third longer, which has to fit into memory more than once. */
export const MOST_READ = 35_000_000;

/** Outlook says that it has read a file, and has read nothing: drafts that were never saved, files that were scrubbed. */
export class EmptyContent extends Error {
  override readonly name = "EmptyContent";
}
/** What Outlook has handed over is no file that could be sent. */
export class StrangeContent extends Error {
  override readonly name = "StrangeContent";
}

/** Kinds by name alone, as the tenant's policy for Outlook has them. */
export interface KindRule {
  readonly mode: "deny" | "allow";
  readonly extensions: readonly string[];
}

/** Why an attachment cannot be taken. */
export type Unfit = "name" | "big" | "too_big_here" | "kind";

/** Attachments that are files of their own: not pictures within the text, nor links. */
export function offered(attachments: readonly Attachment[]): Attachment[] {
  return attachments.filter(({ inline, kind }) => !inline && kind !== "cloud");
}

/** What is against taking it, as far as that is known before it is read. */
export function unfit(
  attachment: Attachment,
  mostBytes: number,
  rule: KindRule | undefined,
): Unfit | undefined {
  const name = fileName(attachment);
  if (nameFault(name)) return "name";
  const extension = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
  if (rule && rule.extensions.includes(extension) !== (rule.mode === "allow")) return "kind";
  // Outlook counts what mail needs around it as well: what it calls a little too big may fit.
  if (attachment.size > mostBytes * 1.4) return "big";
  return attachment.size > MOST_READ ? "too_big_here" : undefined;
}

/** Mails and appointments have the name of their subject alone. */
export function fileName({ name, kind }: Attachment): string {
  const plain = name.trim() || "file";
  return kind === "item" && !/\.(eml|ics|msg)$/i.test(plain) ? `${plain.replace(/[\\/]/g, "-")}.eml` : plain;
}

/** The file that an attachment is; throws `EmptyContent`, `StrangeContent`. */
export function fileOf(attachment: Attachment, { content, format }: AttachmentContent): File {
  if (attachment.size > 0 && content.length === 0) throw new EmptyContent();
  const name = fileName(attachment);
  switch (format.toLowerCase()) {
    case "base64":
      return new File([decoded(content)], name);
    case "eml":
      return new File([content], name, { type: "message/rfc822" });
    case "icalendar":
      return new File([content], name.replace(/\.eml$/i, ".ics"), { type: "text/calendar" });
    default:
      throw new StrangeContent();
  }
}

function decoded(content: string): Uint8Array<ArrayBuffer> {
  let text: string;
  try {
    text = atob(content);
  } catch {
    throw new StrangeContent();
  }
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/** The attachment that this one is now: ids change when a mail is opened in a window of its own. */
export function again(
  attachments: readonly Attachment[],
  { id, name, size }: { readonly id?: string; readonly name: string; readonly size: number },
): Attachment | undefined {
  const same = attachments.filter((one) => one.name === name && one.size === size);
  return same.find((one) => one.id === id) ?? (same.length === 1 ? same[0] : undefined);
}
