/** The places of people without an account. */

export interface RequestPlace {
  /** The path, by which the browser finds what it has kept. */
  readonly path: string;
  /** The last part of the link's address. */
  readonly token: string;
}

/** The link of an upload request; `undefined` for the pages of senders. */
export function requestPlace(path: string): RequestPlace | undefined {
  const token = path.match(/^\/r\/([^/]+)$/)?.[1];
  return token === undefined ? undefined : { path, token };
}
