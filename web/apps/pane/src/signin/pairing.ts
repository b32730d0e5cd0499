/** Waiting for somebody to confirm a pairing. */
import { NoConnection, Problem } from "@sealpost/api-client";

import type { Pairing, Session } from "./service.ts";

/** It has ended without a session: refused, used, or its time is over. */
export class PairingOver extends Error {
  override readonly name = "PairingOver";
}

interface How {
  readonly redeem: (device_code: string) => Promise<Session>;
  /** Waits for milliseconds; throws when nobody waits any more. */
  readonly wait: (ms: number) => Promise<void>;
  readonly now: () => number;
}

/** Asks until there is a session; throws [`PairingOver`], or what the service refuses. What passes is waited for. */
export async function redeemed(pairing: Pairing, how: How): Promise<Session> {
  const end = how.now() + pairing.expires_in * 1000;
  let seconds = pairing.interval;
  while (how.now() < end) {
    await how.wait(seconds * 1000);
    try {
      return await how.redeem(pairing.device_code);
    } catch (error) {
      seconds = pause(error, pairing.interval);
    }
  }
  throw new PairingOver();
}

/** How many seconds to wait after this. */
function pause(error: unknown, interval: number): number {
  if (error instanceof NoConnection) return interval;
  if (!(error instanceof Problem)) throw error;
  if (error.code === "pairing_over") throw new PairingOver();
  if (error.code === "pairing_pending") return interval;
  if (error.status === 429 || error.status >= 500) return Math.max(interval, error.retryAfter ?? 0);
  throw error;
}
