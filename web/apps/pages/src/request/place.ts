/** The places of people without an account. */

/** Where somebody sends in, and the path by which the browser finds what it has kept. */
export type OutsidePlace =
  /** An upload request; `token` is the last part of the link's address. */
  | { readonly kind: "request"; readonly path: string; readonly token: string }
  /** A portal, by the short name of its tenant and its own. */
  | { readonly kind: "portal"; readonly path: string; readonly tenant: string; readonly name: string };

/** `undefined` for the pages of senders. */
export function outsidePlace(path: string): OutsidePlace | undefined {
  const token = path.match(/^\/r\/([^/]+)$/)?.[1];
  if (token !== undefined) return { kind: "request", path, token };
  const [, tenant, name] = path.match(/^\/u\/([^/]+)\/([^/]+)$/) ?? [];
  return tenant === undefined || name === undefined ? undefined : { kind: "portal", path, tenant, name };
}
