/** What browsers keep of a download that has failed. */

/**
 * Whether the beginning of what broke off stays, under the name of the whole. WebKit writes what a service worker answers right there, and
 * leaves it when the answer fails (WebKitGTK 2.50); others take it away. Nothing tells its browsers apart but whose engine they say it is.
 */
export function keepsBeginnings(): boolean {
  return globalThis.navigator?.vendor?.startsWith("Apple") ?? false;
}
