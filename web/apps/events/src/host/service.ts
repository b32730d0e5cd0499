import type { Mail, MailTransfer, Standing } from "../mail.ts";
import { policyFrom } from "../policy.ts";
import { within } from "./call.ts";
import type { Kept } from "./kept.ts";

/** Where the service is, and whose add-in this is. The service fills it in when it hands the file out (vite.config.ts). */
export interface Place {
  readonly base_url: string;
  readonly addin_id: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  json(): Promise<unknown>;
}
export type Fetch = (
  address: string,
  options: {
    method?: "POST";
    headers: Record<string, string>;
    credentials: "omit";
    body?: string;
  },
) => Promise<Answer>;

const POLICY_MS = 1200;
const TRANSFER_MS = 700;
const RELEASE_MS = 1400;

/** The policy as it is now; `before` if it is still that one; nothing if the service does not say. */
export async function fetchPolicy(
  fetch: Fetch,
  place: Place,
  before: Kept | undefined,
  now: () => number,
): Promise<Kept | undefined> {
  const known: Record<string, string> = before === undefined ? {} : { "If-None-Match": before.etag };
  const asked = get(fetch, `${address(place)}/policy`, known).then(async (answer) => {
    if (answer.status === 304 && before !== undefined) return { ...before, at: now() };
    if (answer.status !== 200) return undefined;
    const policy = policyFrom(await answer.json());
    return policy && { at: now(), etag: answer.headers.get("ETag") ?? "", policy };
  });
  return within(POLICY_MS, asked);
}

/** How far a transfer is, by the service if it answers. */
export async function standing(fetch: Fetch, place: Place, transfer: MailTransfer): Promise<MailTransfer> {
  const asked = get(fetch, `${address(place)}/transfers/${transfer.id}`, {}).then(async (answer) => {
    const said = (await answer.json()) as { state?: unknown; code?: unknown } | null;
    if (answer.status === 404) return said?.code === "not_found" ? ("gone" as const) : undefined;
    return answer.status === 200 ? known(said?.state) : undefined;
  });
  const state = await within(TRANSFER_MS, asked);
  return state === undefined ? transfer : { ...transfer, state };
}

/**
 * Makes what goes with the mail available to those whom it goes to: who was added may fetch it from now on, who was taken out
 * may not. What the service does not say within the time is `unknown`.
 */
export async function release(
  fetch: Fetch,
  place: Place,
  transfer: MailTransfer,
  mail: Mail,
): Promise<MailTransfer> {
  const { id, ticket } = transfer;
  // Nobody loses what he has because a field could not be read.
  const body = JSON.stringify({ ticket, recipients: mail.knowsRecipients ? mail.recipients : [] });
  const asked = fetch(`${address(place)}/transfers/${id}/send`, {
    method: "POST",
    headers: { Accept: "application/json", "Content-Type": "application/json" },
    credentials: "omit",
    body,
  }).then(async (answer) => released(answer.status, await answer.json()));
  return { ...transfer, state: "unknown", ...(await within(RELEASE_MS, asked)) };
}

/** What an answer says of a transfer that was to be made available. Nothing, if the service is out of order. */
function released(status: number, said: unknown): Partial<MailTransfer> | undefined {
  const { code, recipients } = (said ?? {}) as { code?: unknown; recipients?: Refusal[] };
  if (status === 200) return { state: "sent" };
  if (code === "not_found") return { state: "gone" };
  // Files that are missing may come, and the pane seals anew what is not sealed as it has to be; for what has been blocked or is over
  // there is a 404.
  if (code === "state_conflict" || code === "not_sealed_yet" || code === "key_changed")
    return { state: "uploading" };
  const refused = (Array.isArray(recipients) ? recipients : []).map(({ email, reason }) => ({
    address: String(email).toLowerCase(),
    reason: String(reason ?? ""),
  }));
  if (refused.length > 0) return { state: "refused", refused };
  return status < 500 && status !== 429 ? { state: "complete" } : undefined;
}

interface Refusal {
  readonly email?: unknown;
  readonly reason?: unknown;
}

function known(state: unknown): Standing | undefined {
  return state === "uploading" || state === "complete" || state === "sent" ? state : undefined;
}

function address({ base_url, addin_id }: Place): string {
  return `${base_url}/api/v1/addin/events/${addin_id}`;
}

/** Without cookies: there are none in most Outlooks, and nothing here is anybody's own. */
async function get(fetch: Fetch, from: string, headers: Record<string, string>): Promise<Answer> {
  return fetch(from, { headers: { Accept: "application/json", ...headers }, credentials: "omit" });
}
