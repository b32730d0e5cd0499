/** The second part of a link: what stands behind `#`, which browsers send to nobody, and we neither. */
import { type Bytes, fromBase64url } from "@sealpost/sealed";

/** Characters of base64url for 32 bytes. */
const WRITTEN = /^[\w-]{43}$/;
/** Where it waits in this tab while its reader signs in elsewhere. */
const KEPT = "sealpost-second-part";

/** The token of a link, by the path of its page. */
export function tokenOf(path: string): string | undefined {
  return path.match(/^\/t\/([^/]+)$/)?.[1];
}

/** The secret in what somebody has: the whole link, its second part with `#` or without. Nothing if there is none, or not all of it. */
export function secretIn(text: string): { readonly written: string; readonly bytes: Bytes } | undefined {
  const written = text.slice(text.lastIndexOf("#") + 1).trim();
  const bytes = WRITTEN.test(written) ? fromBase64url(written) : undefined;
  return bytes && { written, bytes };
}

type Keeping = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** Keeps it in this tab, because whoever goes to sign in comes back to the address without it. */
export function keepWhileAway(token: string, written: string, keeping: Keeping = sessionStorage): void {
  keeping.setItem(KEPT, `${token}#${written}`);
}

/** What was kept for this link; once, and for no other. */
export function takeBack(token: string, keeping: Keeping = sessionStorage): string | undefined {
  const kept = keeping.getItem(KEPT);
  keeping.removeItem(KEPT);
  const [of, written] = kept?.split("#") ?? [];
  return of === token ? written : undefined;
}
