/** Brings a transfer in line with what a sender wants, as far as the tenant's rules let it. */
import { Problem } from "@sealpost/api-client";
import { type Draft, needsPhone, offeredToOne, type Protection } from "@sealpost/sending/new/draft.ts";

import type { Transfer } from "./service.ts";
import { agreeing } from "./wish.ts";

/** What the rules have said of single recipients, by address. */
export interface Verdicts {
  /** Whom nothing may be sent to, and why. */
  readonly refused: ReadonlyMap<string, string>;
  /** Who has to show something else than the others, because a rule says so. */
  readonly demanded: ReadonlyMap<string, Protection>;
}

export const NO_VERDICTS: Verdicts = { refused: new Map(), demanded: new Map() };

export interface Agreed extends Verdicts {
  readonly transfer: Transfer;
  /** What was asked in the end. */
  readonly draft: Draft;
}

/**
 * Asks, and asks again without whom the service refuses, and with what it demands, until it takes the rest: one wrong address
 * does not keep the others from their files. `offered` are the protections that may be chosen; one that needs a telephone number
 * is the sender's to choose. Throws what is about no single recipient.
 */
export async function agree(
  draft: Draft,
  offered: readonly Protection[],
  ask: (draft: Draft) => Promise<Transfer>,
): Promise<Agreed> {
  const refused = new Map<string, string>();
  const demanded = new Map<string, Protection>();
  for (;;) {
    const tried = agreeing(draft, refused, demanded);
    try {
      return { transfer: await ask(tried), draft: tried, refused, demanded };
    } catch (error) {
      if (!(error instanceof Problem) || !takeIn(error, tried, offered, refused, demanded)) throw error;
    }
  }
}

/** Notes what a refusal says of single recipients; answers whether that was something new. */
function takeIn(
  { code, body }: Problem,
  draft: Draft,
  offered: readonly Protection[],
  refused: Map<string, string>,
  demanded: Map<string, Protection>,
): boolean {
  const about = new Set(draft.recipients.map(({ email }) => email));
  const forOne = offeredToOne(draft, offered);
  let isNew = false;
  for (const { email, reason, protections = [] } of body.recipients ?? []) {
    const address = email.toLowerCase();
    if (!about.has(address)) continue;
    if (code === "recipient_refused") {
      refused.set(address, reason ?? "");
      isNew = true;
    } else if (code === "protection_required" && !demanded.has(address)) {
      const possible = protections.find((one) => forOne.includes(one) && !needsPhone(one));
      if (!possible) continue;
      demanded.set(address, possible);
      isNew = true;
    }
  }
  return isNew;
}
