/** The session that the pane carries, renewed before it ends where Outlook can get another one without a person. */
import { carried, carry, renewBy, renewed } from "@sealpost/ui";

import type { Session } from "./service.ts";

/** How long before its end a session is renewed, in milliseconds; at most a tenth of its life. */
const EARLY = 5 * 60_000;
/** After a try that has failed. */
const AGAIN = 60_000;

let timer: ReturnType<typeof setTimeout> | undefined;

/** Carries a session from now on. `another` gets the next one without a person; nobody is asked if absent. */
export function hold(session: Session, another?: () => Promise<Session>): void {
  renewBy(
    another &&
      (async () => {
        const next = await another();
        plan(next);
        return next.session;
      }),
  );
  carry(session.session);
  if (another) plan(session);
  else clearTimeout(timer);
}

function plan({ expires_at }: Session): void {
  const left = Date.parse(expires_at) - Date.now();
  const early = Math.min(EARLY, left / 10);
  wake(left - early);
}

function wake(ms: number): void {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    const spent = carried();
    if (spent && !(await renewed(spent))) wake(AGAIN);
  }, ms);
}
