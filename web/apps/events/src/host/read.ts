import type { Attachment, Mail, MailTransfer } from "../mail.ts";
import { ask } from "./call.ts";
import type { AttachmentDetails, Item, OfficeApi, Recipient } from "./office.ts";

/** Where the pane says what it is doing for this mail: `{"id", "state", "ticket", "recipients"}`. */
export const TRANSFER_DATA = "sealpost.transfer";
/** Rights of the last mails by their ids, in the mailbox's settings: not every Outlook lets events see what the pane keeps with a mail. */
export const TICKETS = "sealpost.tickets";
/** The id alone, where the other does not come through. It travels with the mail, and is no secret. */
export const TRANSFER_HEADER = "x-sealpost-transfer";
/** Hosts take three calls at once; what is kept of the policy is read beside this. */
const LANES = 2;
const FIELDS = ["to", "cc", "bcc"] as const;
/** How long one call may take: two rounds of those that do not answer leave time to decide. */
const CALL_MS = 900;

/** Reads the mail as far as the host lets it, in `ms` milliseconds: what has not come by then is as if it were empty. */
export async function read(office: OfficeApi, ms: number): Promise<Mail> {
  const item = office.context?.mailbox?.item ?? {};
  const own = office.context?.mailbox?.userProfile?.emailAddress ?? "";
  const raw: Raw = { recipients: [], fields: 0, from: own, attachments: [], subject: "", message: "" };
  // What decides most comes first, and what may be long last.
  const steps = [
    async () => {
      raw.attachments = (await ask<AttachmentDetails[]>(CALL_MS, item.getAttachmentsAsync?.bind(item))) ?? [];
    },
    ...FIELDS.map((field) => async () => {
      const found = await ask<Recipient[]>(CALL_MS, item[field]?.getAsync?.bind(item[field]));
      raw.recipients = raw.recipients.concat(found ?? []);
      raw.fields += found === undefined ? 0 : 1;
    }),
    async () => {
      raw.from = (await ask<Recipient>(CALL_MS, item.from?.getAsync?.bind(item.from)))?.emailAddress || own;
    },
    async () => {
      raw.subject = (await ask<string>(CALL_MS, item.subject?.getAsync?.bind(item.subject))) ?? "";
    },
    async () => {
      const transfer = await transferOf(office, item);
      if (transfer !== undefined) raw.transfer = transfer;
    },
    async () => {
      raw.message = (await ask<string>(CALL_MS, item.body?.getAsync?.bind(item.body, "text"))) ?? "";
    },
  ];
  await inTime(ms, steps);
  return mailOf(raw, own);
}

interface Raw {
  recipients: Recipient[];
  /** How many of the three fields have answered. */
  fields: number;
  from: string;
  attachments: AttachmentDetails[];
  subject: string;
  message: string;
  transfer?: MailTransfer;
}

/** Runs steps, so many at once, until all are done or the time is over. */
function inTime(ms: number, steps: readonly (() => Promise<void>)[]): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    let [next, left] = [0, steps.length];
    const run = () => {
      const step = steps[next];
      next += 1;
      if (step === undefined) return;
      const done = () => {
        left -= 1;
        if (left === 0) {
          clearTimeout(timer);
          resolve();
        }
        run();
      };
      step().then(done, done);
    };
    for (let lane = 0; lane < LANES; lane += 1) run();
  });
}

async function transferOf(
  office: OfficeApi,
  { sessionData: session, internetHeaders: all }: Item,
): Promise<MailTransfer | undefined> {
  const kept = await ask<string>(CALL_MS, session?.getAsync?.bind(session, TRANSFER_DATA));
  const told = parsed(kept);
  if (told !== undefined) return told;
  const headers = await ask<Record<string, string>>(CALL_MS, all?.getAsync?.bind(all, [TRANSFER_HEADER]));
  const id = headers?.[TRANSFER_HEADER];
  if (typeof id !== "string" || !ID.test(id)) return undefined;
  return parsed(JSON.stringify({ id, ticket: ticketOf(office, id) }));
}

function ticketOf(office: OfficeApi, id: string): unknown {
  try {
    const kept = office.context?.roamingSettings?.get?.(TICKETS);
    return (JSON.parse(typeof kept === "string" ? kept : "{}") as Record<string, unknown>)[id];
  } catch {
    return undefined;
  }
}

const ID = /^[0-9a-f-]{36}$/;
const TICKET = /^mt_[\w-]{43}$/;

function parsed(text: string | undefined): MailTransfer | undefined {
  try {
    const { id, state, ticket, recipients } = JSON.parse(text ?? "null") as MailTransfer;
    if (typeof id !== "string" || !ID.test(id)) return undefined;
    return {
      id,
      state: state === "uploading" || state === "complete" ? state : "unknown",
      ...(typeof ticket === "string" && TICKET.test(ticket) && { ticket }),
      ...(Array.isArray(recipients) && { recipients: recipients.map(String) }),
    };
  } catch {
    return undefined;
  }
}

function mailOf(raw: Raw, own: string): Mail {
  const from = raw.from.toLowerCase();
  const addresses = raw.recipients.map(addressOf);
  const mine = [from, own.toLowerCase(), ""];
  return {
    from,
    recipients: addresses.filter((one, at) => addresses.indexOf(one) === at && mine.indexOf(one) < 0),
    knowsRecipients: raw.fields === FIELDS.length,
    attachments: raw.attachments.map(attachmentOf),
    subject: raw.subject,
    message: raw.message,
    ...(raw.transfer !== undefined && { transfer: raw.transfer }),
  };
}

/** Cards of contacts can have the address where the name should be. */
function addressOf({ emailAddress = "", displayName = "" }: Recipient): string {
  const found = [emailAddress, displayName].filter((text) => /^[^@\s]+@[^@\s]+$/.test(text.trim()))[0];
  return (found ?? "").trim().normalize("NFC").toLowerCase();
}

function attachmentOf({ id, name, size, attachmentType, isInline }: AttachmentDetails): Attachment {
  const kind = attachmentType === "item" || attachmentType === "cloud" ? attachmentType : "file";
  return { id, name: String(name || ""), size: size > 0 ? size : 0, kind, inline: isInline === true };
}
