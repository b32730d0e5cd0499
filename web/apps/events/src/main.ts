/** The file that Outlook runs when somebody writes and sends a mail. README.md says what it may rely on. */
import { changed, complete, composed, sent, type World } from "./handlers.ts";
import type { Event, OfficeApi } from "./host/office.ts";
import type { Fetch, Place } from "./host/service.ts";

declare const Office: OfficeApi;
declare const fetch: Fetch;
/** Of the first line of the built file. */
declare const sealpost: Place;

const world: World = { office: Office, fetch: (...all) => fetch(...all), place: sealpost, now: Date.now };

/** By the names that both manifests say. */
const HANDLERS = {
  onNewMessageComposeHandler: composed,
  onMessageAttachmentsChangedHandler: changed,
  onMessageRecipientsChangedHandler: changed,
  onMessageSendHandler: sent,
};

function associate(): void {
  for (const name of Object.keys(HANDLERS) as (keyof typeof HANDLERS)[]) {
    Office.actions?.associate?.(name, (event: Event) => complete(event, () => HANDLERS[name](world)));
  }
}

try {
  // Outlook on Windows may never say that it is ready.
  associate();
} catch {
  // Then it is done when it says so.
}
Office.onReady?.(associate);
