import type { MailTransfer } from "../mail.ts";
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
  options: { headers: Record<string, string>; credentials: "omit" },
) => Promise<Answer>;

const POLICY_MS = 1200;
const TRANSFER_MS = 700;

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

/** How far a transfer is, by the service if it answers. What is complete stays so. */
export async function standing(fetch: Fetch, place: Place, transfer: MailTransfer): Promise<MailTransfer> {
  if (transfer.state === "complete") return transfer;
  const asked = get(fetch, `${address(place)}/transfers/${transfer.id}`, {}).then(async (answer) => {
    if (answer.status !== 200) return undefined;
    return ((await answer.json()) as { state?: unknown } | null)?.state;
  });
  const state = await within(TRANSFER_MS, asked);
  return state === "uploading" || state === "complete" ? { id: transfer.id, state } : transfer;
}

function address({ base_url, addin_id }: Place): string {
  return `${base_url}/api/v1/addin/events/${addin_id}`;
}

/** Without cookies: there are none in most Outlooks, and nothing here is anybody's own. */
async function get(fetch: Fetch, from: string, headers: Record<string, string>): Promise<Answer> {
  return fetch(from, { headers: { Accept: "application/json", ...headers }, credentials: "omit" });
}
