/** Which tab goes on with a transfer: two that upload the same files would be in each other's way. */

const PREFIX = "sealpost.";

/** Holds a transfer until the answer is called, or the tab is closed; nothing if another tab holds it. */
export function hold(transfer: string): Promise<(() => void) | undefined> {
  // Only old browsers have no locks, and frames in which nothing may be kept; then there is nobody to ask.
  if (!navigator.locks) return Promise.resolve(() => {});
  return new Promise((answer) => {
    navigator.locks
      .request(PREFIX + transfer, { ifAvailable: true }, (lock) => {
        if (!lock) return answer(undefined);
        return new Promise<void>((release) => answer(() => release()));
      })
      .catch(() => answer(() => {}));
  });
}

/** The transfers that a tab of this browser holds. */
export async function held(): Promise<ReadonlySet<string>> {
  const locks = (await navigator.locks?.query().catch(() => undefined))?.held ?? [];
  const names = locks.flatMap(({ name }) => (name?.startsWith(PREFIX) ? name : []));
  return new Set(names.map((name) => name.slice(PREFIX.length)));
}
