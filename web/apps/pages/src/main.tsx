import { KEYS } from "@sealpost/sending/keys/texts.ts";
import { SENDERS, withSenders } from "@sealpost/sending/texts.ts";
import { both, type Catalogues, type Key, start } from "@sealpost/ui";
import { PROOF } from "@sealpost/ui/stepUp/texts.ts";
import type { ReactNode } from "react";
import type outside from "../../../../locales/en/outsiders.json";
import { outsidePlace } from "./request/place.ts";

declare module "@sealpost/ui" {
  interface Texts {
    request: Key<keyof typeof outside>;
  }
}

/** What senders read about files holds for outsiders, too. */
const OUTSIDERS: Catalogues = withSenders({
  en: () => import("../../../../locales/en/outsiders.json"),
  de: () => import("../../../../locales/de/outsiders.json"),
  nl: () => import("../../../../locales/nl/outsiders.json"),
});

/** Changing keys takes a proof of who one is. */
const KEYS_PAGE = both(KEYS, PROOF);

// The page that the address is for: no link leads from the one to the other. Each comes alone: who has a link in his hand
// waits for nothing that is for senders, and is never asked to sign in.
const place = outsidePlace(window.location.pathname);

async function outsiders(): Promise<ReactNode> {
  const { default: RequestPage } = await import("./request/RequestPage.tsx");
  return place && <RequestPage place={place} />;
}

async function senders(): Promise<ReactNode> {
  const { Shell } = await import("./shell/Shell.tsx");
  return <Shell />;
}

async function keys(): Promise<ReactNode> {
  const { default: KeysPage } = await import("./keys/KeysPage.tsx");
  return <KeysPage />;
}

if (window.location.pathname === "/account/keys") void start(KEYS_PAGE, keys);
else void start(place ? OUTSIDERS : SENDERS, place ? outsiders : senders);
