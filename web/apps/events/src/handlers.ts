/** What is done when Outlook says that something has happened. Nothing here throws, and all of it ends in time. */
import { ALLOWED, answer, bar, type Completed } from "./decide/answer.ts";
import { decide } from "./decide/decide.ts";
import { show } from "./host/bar.ts";
import { type Kept, keep, kept } from "./host/kept.ts";
import type { Event, OfficeApi } from "./host/office.ts";
import { read } from "./host/read.ts";
import { type Fetch, fetchPolicy, type Place, release, standing } from "./host/service.ts";
import type { Mail, MailTransfer } from "./mail.ts";
import type { Level } from "./policy.ts";
import { wordsOf } from "./words/words.ts";

/** What there is around. */
export interface World {
  readonly office: OfficeApi;
  readonly fetch: Fetch;
  readonly place: Place;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Then it is over, whatever is still awaited: five seconds after the click Outlook tells the sender that it takes long. */
export const LIMIT_MS = 3500;
const READ_MS = 2000;
/** Until then it is looked for content. */
const LOOK_MS = 3000;
/** After that nothing is tried a second time. */
const AGAIN_MS = 2000;

/** Runs a handler and completes the event once, at the latest when its time is over. */
export function complete(event: Event, work: () => Promise<Completed>): void {
  let over = false;
  const end = (options: Completed) => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    // What the host does not understand must not keep the mail.
    for (const said of [options, ALLOWED]) {
      try {
        event.completed(said);
        return;
      } catch {
        // There is nobody who could be told.
      }
    }
  };
  const timer = setTimeout(() => end(ALLOWED), LIMIT_MS);
  work().then(end, () => end(ALLOWED));
}

/** A new mail: what the policy says is fetched, so that it is there when it is sent. */
export async function composed(world: World): Promise<Completed> {
  await current(world, true);
  return ALLOWED;
}

/** Attachments or recipients have changed. Which ones the event says is not to be relied on: all are listed anew. */
export async function changed(world: World): Promise<Completed> {
  const { office, now } = world;
  const began = now();
  const [policy, mail] = await Promise.all([current(world, true), read(office, READ_MS)]);
  const decision =
    policy === undefined
      ? { findings: [] }
      : decide({ ...policy.policy, content: [] }, mail, () => now() - began < LOOK_MS);
  const words = wordsOf(office.context?.displayLanguage);
  await show(office, bar(decision, words), supports(office, "1.10"));
  return ALLOWED;
}

/** The mail is about to be sent. */
export async function sent(world: World): Promise<Completed> {
  const { office, now } = world;
  const began = now();
  const goesOn = () => now() - began < LOOK_MS;
  const [kept, asRead] = await Promise.all([current(world, false), read(office, READ_MS)]);
  const policy = kept?.policy.active ? kept.policy : undefined;
  const { transfer: _, ...plain } = asRead;
  const decision = policy === undefined ? { findings: [] } : decide(policy, plain, goesOn);
  const mode = policy?.send_mode ?? "prompt_user";
  // What the sender may send anyway takes its files along: nobody is asked a second time.
  const stays = (level: Level | undefined) => mode !== "prompt_user" && level === "enforce";
  const held = decision.findings.some(({ level }) => stays(level));
  const transfer = asRead.transfer && (await settled(world, asRead, asRead.transfer, held));
  if (transfer?.state === "refused" && !stays(policy?.recipients?.level) && now() - began < AGAIN_MS) {
    // Whom the rules let have it does not go without because of another; the sender hears of that one all the same.
    await release(world.fetch, world.place, transfer, without(asRead, transfer));
  }
  if (policy === undefined) return ALLOWED;
  const mail = transfer === undefined ? asRead : { ...asRead, transfer };
  const words = wordsOf(office.context?.displayLanguage);
  return answer(decide(policy, mail, goesOn), mode, supports(office, "1.14"), words);
}

/** The mail as it would be if it went to nobody to whom it is refused. */
function without(mail: Mail, { refused = [] }: MailTransfer): Mail {
  const left = mail.recipients.filter((one) => !refused.some(({ address }) => address === one));
  return { ...mail, recipients: left, knowsRecipients: mail.knowsRecipients && left.length > 0 };
}

/** What goes with the mail: made available if it may go, else as the service says that it is. */
async function settled(
  { fetch, place }: World,
  mail: Mail,
  transfer: MailTransfer,
  stays: boolean,
): Promise<MailTransfer> {
  if (transfer.ticket !== undefined && !stays) return release(fetch, place, transfer, mail);
  return standing(fetch, place, transfer);
}

/** The policy that counts: what is kept while it is fresh, else what the service says, else nothing once it is too old. */
async function current(world: World, keeps: boolean): Promise<Kept | undefined> {
  const { office, fetch, place, now } = world;
  const before = await kept(office);
  const age = before === undefined ? Number.POSITIVE_INFINITY : (now() - before.at) / 1000;
  // A clock that was set back makes nothing young.
  const younger = (seconds: number) => age >= 0 && age < seconds;
  if (before !== undefined && younger(Math.min(before.policy.fresh_seconds, 3600))) return before;
  const fetched = await fetchPolicy(fetch, place, before, now);
  if (fetched === undefined)
    return before !== undefined && younger(before.policy.keep_seconds) ? before : undefined;
  if (keeps) await keep(office, fetched, before);
  return fetched;
}

function supports({ context }: OfficeApi, version: string): boolean {
  try {
    return context?.requirements?.isSetSupported?.("Mailbox", version) === true;
  } catch {
    return false;
  }
}
