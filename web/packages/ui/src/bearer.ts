/**
 * The session of a page that has no cookies: it lives as long as the page, and is kept nowhere. Pages with cookies carry nothing.
 */

let session: string | undefined;
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
