import type { OfficeApi } from "./api.ts";
import { Host } from "./host.ts";

/** Milliseconds after which nobody waits for Outlook any more. */
const PATIENCE = 15_000;

/** There is no Outlook around this page, or Office.js has not come. */
export class NoOutlook extends Error {
  override readonly name = "NoOutlook";
}

/** What Office.js has put into the page; nothing if it has not come. */
export function officeHere(): OfficeApi | undefined {
  return (globalThis as { readonly Office?: OfficeApi }).Office;
}

/** Outlook, as soon as it is ready; throws [`NoOutlook`]. */
export function ready(office: OfficeApi | undefined = officeHere()): Promise<Host> {
  return new Promise((done, failed) => {
    if (!office?.onReady) return failed(new NoOutlook());
    const timer = setTimeout(() => failed(new NoOutlook()), PATIENCE);
    office.onReady(({ host }) => {
      clearTimeout(timer);
      // A page that is opened in a browser is answered with no host.
      if (host === null || !office.context?.mailbox) failed(new NoOutlook());
      else done(new Host(office));
    });
  });
}
