/**
 * What a mail knows of its transfer. In `sessionData` stands what the send event needs, the ticket among it: it lasts as long as
 * the mail is written, and does not travel. In a header, or where there are none in a property, stands the id alone; the ticket
 * that belongs to it is in settings of the mailbox, too. Neither a session nor a link is written anywhere.
 */
import type { Compose } from "../office/compose.ts";
import type { MailboxSettings } from "../office/kept.ts";

export const SESSION_KEY = "sealpost.transfer";
/** It travels with the mail, and is no secret. */
export const HEADER = "x-sealpost-transfer";
export const PROPERTY = "sealpost.transfer";
/** Tickets of the last mails by their ids, in settings of the mailbox, for Outlooks whose events do not see `sessionData`. */
export const TICKETS = "sealpost.tickets";
/** So many of them are 4 KB. */
const MOST_TICKETS = 40;

export interface Known {
  readonly id: string;
  readonly state: "uploading" | "complete";
  readonly ticket: string;
  /** In lower case, as the transfer has them. */
  readonly recipients: readonly string[];
}

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The id of the mail's transfer: from the session, else the header, else the property. */
export async function recall(mail: Compose): Promise<string | undefined> {
  const places = [
    async () => idOf(await mail.session.get(SESSION_KEY)),
    async () => sound(await mail.headers.get(HEADER)),
    async () => sound(await mail.property.get(PROPERTY)),
  ];
  for (const place of places) {
    const id = await place().catch(() => undefined);
    if (id) return id;
  }
  return undefined;
}

/** How well the mail keeps it. */
export interface Kept {
  /** Whether the send event finds the ticket. */
  readonly ticket: boolean;
  /** Whether the mail knows its transfer when it is closed and opened again. */
  readonly lasting: boolean;
}

/** Writes it wherever this Outlook lets it be written. */
export async function keep(mail: Compose, settings: MailboxSettings, known: Known): Promise<Kept> {
  const session = await worked(mail.session.set(SESSION_KEY, JSON.stringify(known)));
  const header = await worked(mail.headers.set(HEADER, known.id));
  const property = header ? false : await worked(mail.property.set(PROPERTY, known.id));
  const tickets = ticketsOf(settings);
  let mailbox = tickets[known.id] === known.ticket;
  if (!mailbox) {
    const { [known.id]: _, ...others } = tickets;
    const last = Object.entries(others).slice(1 - MOST_TICKETS);
    const text = JSON.stringify(Object.fromEntries([...last, [known.id, known.ticket]]));
    mailbox = await worked(settings.set(TICKETS, text));
  }
  return { ticket: session || (header && mailbox), lasting: header || property };
}

/** Leaves nothing of it. */
export async function forget(mail: Compose, settings: MailboxSettings, id: string): Promise<void> {
  await worked(mail.session.remove(SESSION_KEY));
  await worked(mail.headers.remove(HEADER));
  await worked(mail.property.remove(PROPERTY));
  const { [id]: ticket, ...others } = ticketsOf(settings);
  if (ticket) await worked(settings.set(TICKETS, JSON.stringify(others)));
}

function ticketsOf(settings: MailboxSettings): Record<string, string> {
  try {
    const kept: unknown = JSON.parse(settings.get(TICKETS) ?? "{}");
    return typeof kept === "object" && kept !== null ? { ...(kept as Record<string, string>) } : {};
  } catch {
    return {};
  }
}

function worked(call: Promise<void>): Promise<boolean> {
  return call.then(
    () => true,
    () => false,
  );
}

function idOf(text: string): string | undefined {
  try {
    return sound((JSON.parse(text) as { id?: unknown } | null)?.id);
  } catch {
    return undefined;
  }
}

function sound(id: unknown): string | undefined {
  const text = typeof id === "string" ? id.trim().toLowerCase() : "";
  return ID.test(text) ? text : undefined;
}
