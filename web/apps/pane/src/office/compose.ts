/** A mail that is being written, as Outlook lets it be read and changed. Every call throws `OfficeFault`. */
import type { AttachmentContent, AttachmentDetails, Coercion, ComposeItem, Person } from "./api.ts";
import { ask, MISSING } from "./call.ts";
import { handle } from "./handle.ts";
import { CustomProperty, Headers, Session } from "./kept.ts";

export interface MailRecipient {
  /** In lower case, as far as Outlook has found out who is meant. */
  readonly email: string;
  /** As the mail shows him; may be empty. */
  readonly name: string;
}

export interface Attachment {
  /** Counts for this opening of the mail: what was popped out gives others. */
  readonly id: string;
  readonly name: string;
  /** Bytes, as Outlook says: with what mail needs around it, in some. */
  readonly size: number;
  /** `item` is a mail or an appointment, `cloud` a link. */
  readonly kind: "file" | "item" | "cloud";
  /** Whether it is a picture within what is written. */
  readonly inline: boolean;
}

/** Files come as one text, which takes its time. */
const CONTENT_MS = 180_000;
/** Outlook writes the mail to its server, which may be far. */
const BODY_MS = 30_000;

export class Compose {
  readonly kind = "compose";
  readonly session: Session;
  readonly headers: Headers;
  readonly property: CustomProperty;

  constructor(
    readonly item: ComposeItem,
    /** The sender's own address. */
    private readonly own: string,
  ) {
    this.session = new Session(item.sessionData);
    this.headers = new Headers(item.internetHeaders);
    this.property = new CustomProperty(item);
  }

  /**
   * Everybody in To, Cc and Bcc, each once, without the sender himself. All fields are read, whichever has changed: events of
   * Outlook tell too little.
   */
  async recipients(): Promise<MailRecipient[]> {
    const { item } = this;
    const read = (name: "to" | "cc" | "bcc") =>
      ask<NonNullable<ComposeItem["to"]>, Person[]>(`${name}.getAsync`, item[name], (field, callback) =>
        field.getAsync ? field.getAsync(callback) : MISSING,
      );
    const fields = await Promise.all([read("to"), read("cc"), read("bcc").catch(() => [])]);
    const from = await this.from();
    const mine = new Set([from, this.own.toLowerCase(), ""]);
    const all = new Map<string, MailRecipient>();
    for (const person of fields.flat()) {
      const email = addressOf(person);
      if (!mine.has(email) && !all.has(email)) all.set(email, { email, name: nameOf(person, email) });
    }
    return [...all.values()];
  }

  onRecipients(changed: () => void): Promise<() => void> {
    return handle(this.item, "olkRecipientsChanged", changed);
  }

  /** The address it is sent from, in lower case; empty if Outlook does not say. */
  async from(): Promise<string> {
    const person = await ask<NonNullable<ComposeItem["from"]>, Person>(
      "from.getAsync",
      this.item.from,
      (field, callback) => (field.getAsync ? field.getAsync(callback) : MISSING),
    ).catch(() => undefined);
    return person ? addressOf(person) : "";
  }

  subject(): Promise<string> {
    return ask<NonNullable<ComposeItem["subject"]>, string>(
      "subject.getAsync",
      this.item.subject,
      (field, callback) => (field.getAsync ? field.getAsync(callback) : MISSING),
    );
  }

  /** All that Outlook lists; files that it keeps in OneDrive are in no list. */
  async attachments(): Promise<Attachment[]> {
    const all = await ask<ComposeItem, AttachmentDetails[]>(
      "getAttachmentsAsync",
      this.item,
      (item, callback) => (item.getAttachmentsAsync ? item.getAttachmentsAsync(callback) : MISSING),
    );
    return all.map(attachmentOf);
  }

  onAttachments(changed: () => void): Promise<() => void> {
    return handle(this.item, "olkAttachmentsChanged", changed);
  }

  /** What is in an attachment. It may succeed and be empty all the same. */
  content(id: string): Promise<AttachmentContent> {
    return ask<ComposeItem, AttachmentContent>(
      "getAttachmentContentAsync",
      this.item,
      (item, callback) =>
        item.getAttachmentContentAsync ? item.getAttachmentContentAsync(id, callback) : MISSING,
      CONTENT_MS,
    );
  }

  removeAttachment(id: string): Promise<void> {
    return ask<ComposeItem, void>("removeAttachmentAsync", this.item, (item, callback) =>
      item.removeAttachmentAsync ? item.removeAttachmentAsync(id, callback) : MISSING,
    );
  }

  /** Whether what is written has a form. An Outlook that does not say writes HTML. */
  async bodyKind(): Promise<Coercion> {
    const kind = await ask<NonNullable<ComposeItem["body"]>, string>(
      "body.getTypeAsync",
      this.item.body,
      (body, callback) => (body.getTypeAsync ? body.getTypeAsync(callback) : MISSING),
    ).catch(() => "html");
    return String(kind).toLowerCase() === "text" ? "text" : "html";
  }

  body(kind: Coercion): Promise<string> {
    return ask<NonNullable<ComposeItem["body"]>, string>(
      "body.getAsync",
      this.item.body,
      (body, callback) => (body.getAsync ? body.getAsync(kind, callback) : MISSING),
      BODY_MS,
    );
  }

  /** Puts something else in the place of all that is written. */
  replaceBody(data: string, kind: Coercion): Promise<void> {
    return ask<NonNullable<ComposeItem["body"]>, void>(
      "body.setAsync",
      this.item.body,
      (body, callback) => (body.setAsync ? body.setAsync(data, { coercionType: kind }, callback) : MISSING),
      BODY_MS,
    );
  }

  /** Puts something where the cursor is; before everything where that cannot be. */
  async insert(data: string, kind: Coercion): Promise<void> {
    const { body } = this.item;
    const options = { coercionType: kind };
    try {
      await ask<NonNullable<ComposeItem["body"]>, void>(
        "body.setSelectedDataAsync",
        body,
        (all, callback) =>
          all.setSelectedDataAsync ? all.setSelectedDataAsync(data, options, callback) : MISSING,
        BODY_MS,
      );
    } catch {
      await ask<NonNullable<ComposeItem["body"]>, void>(
        "body.prependAsync",
        body,
        (all, callback) => (all.prependAsync ? all.prependAsync(data, options, callback) : MISSING),
        BODY_MS,
      );
    }
  }
}

/** Cards of contacts can have the address where the name should be. */
function addressOf({ emailAddress = "", displayName = "" }: Person): string {
  const found = [emailAddress, displayName].find((text) => /^[^@\s]+@[^@\s]+$/.test(text.trim()));
  return (found ?? "").trim().normalize("NFC").toLowerCase();
}

function nameOf({ displayName = "" }: Person, email: string): string {
  const name = displayName.trim();
  return name.toLowerCase() === email ? "" : name;
}

function attachmentOf({ id, name, size, attachmentType, isInline }: AttachmentDetails): Attachment {
  const kind = attachmentType === "item" || attachmentType === "cloud" ? attachmentType : "file";
  return { id, name: String(name || ""), size: size > 0 ? size : 0, kind, inline: isInline === true };
}
