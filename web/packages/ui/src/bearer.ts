/**
 * The session of a page that has no cookies: it lives as long as the page, and is kept nowhere. Pages with cookies carry nothing.
 */

let session: string | undefined;
let renew: (() => Promise<string | undefined>) | undefined;
let renewing: Promise<boolean> | undefined;
const listeners = new Set<() => void>();

/** Shows this session with every call from now on; none if absent. */
export function carry(token: string | undefined): void {
  session = token;
  for (const listener of listeners) listener();
}

/** What is carried; whoever calls by himself shows it as `Authorization: Bearer`. */
export function carried(): string | undefined {
  return session;
}

/** Calls `then` whenever another session is carried, until the answer is called. */
export function onCarried(then: () => void): () => void {
  listeners.add(then);
  return () => listeners.delete(then);
}

/** How another session is had without a person; none is, if absent. Answers nothing, or throws, if it cannot be. */
export function renewBy(how: (() => Promise<string | undefined>) | undefined): void {
  renew = how;
}

/**
 * After `spent` was refused, or is about to be: whether another session is carried now. Whoever asks meanwhile waits for the same
 * one.
 */
export function renewed(spent: string): Promise<boolean> {
  if (session !== spent) return Promise.resolve(session !== undefined);
  if (!renew) return Promise.resolve(false);
  renewing ??= renew()
    .then(
      (token) => {
        if (token) carry(token);
        return token !== undefined;
      },
      () => false,
    )
    .finally(() => {
      renewing = undefined;
    });
  return renewing;
}
