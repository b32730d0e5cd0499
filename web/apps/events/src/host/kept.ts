import { type EventPolicy, policyFrom } from "../policy.ts";
import { ask } from "./call.ts";
import type { OfficeApi } from "./office.ts";

/** A policy, when it was fetched (milliseconds since 1970), and how the service names this version of it. */
export interface Kept {
  readonly at: number;
  readonly etag: string;
  readonly policy: EventPolicy;
}

/** The pane writes it as well. It says nothing that is secret, and nobody's session is in it. */
export const POLICY = "sealpost.policy";
/** Outlook's bounds are 50,000 characters for a mail and 32 KB for all settings of a mailbox, in which umlauts count twice. */
const MOST = { session: 48_000, roaming: 14_000 };
const CALL_MS = 500;

/** What was kept, the youngest: with this mail, or with the mailbox. */
export async function kept(office: OfficeApi): Promise<Kept | undefined> {
  const session = office.context?.mailbox?.item?.sessionData;
  const ofMail = parsed(await ask<string>(CALL_MS, session?.getAsync?.bind(session, POLICY)));
  let ofMailbox: Kept | undefined;
  try {
    ofMailbox = parsed(office.context?.roamingSettings?.get?.(POLICY));
  } catch {
    // As if nothing were kept.
  }
  if (ofMail === undefined || ofMailbox === undefined) return ofMail ?? ofMailbox;
  return ofMail.at >= ofMailbox.at ? ofMail : ofMailbox;
}

/** Keeps it where it fits. What fails is not tried again: the next event asks the service. */
export async function keep(office: OfficeApi, policy: Kept, before: Kept | undefined): Promise<void> {
  const text = JSON.stringify(policy);
  const context = office.context;
  const session = context?.mailbox?.item?.sessionData;
  if (text.length <= MOST.session) {
    await ask<void>(CALL_MS, session?.setAsync?.bind(session, POLICY, text));
  }
  // It goes to the mailbox's server: only what is new is worth the way.
  if (text.length <= MOST.roaming && before?.etag !== policy.etag) {
    const settings = context?.roamingSettings;
    settings?.set?.(POLICY, text);
    await ask<void>(CALL_MS, settings?.saveAsync?.bind(settings));
  }
}

function parsed(text: unknown): Kept | undefined {
  try {
    const { at, etag, policy } = JSON.parse(typeof text === "string" ? text : "null") as Kept;
    const sound = policyFrom(policy);
    return sound !== undefined && typeof at === "number"
      ? { at, etag: String(etag), policy: sound }
      : undefined;
  } catch {
    return undefined;
  }
}
