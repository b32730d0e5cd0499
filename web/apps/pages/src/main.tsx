import { type Catalogues, type Key, start } from "@sealpost/ui";
import type { ReactNode } from "react";
import type outside from "../../../../locales/en/outsiders.json";
import type en from "../../../../locales/en/senders.json";
import { outsidePlace } from "./request/place.ts";

declare module "@sealpost/ui" {
  interface Texts {
    pages: Key<keyof typeof en>;
    request: Key<keyof typeof outside>;
  }
}

const SENDERS: Catalogues = {
  en: () => import("../../../../locales/en/senders.json"),
  de: () => import("../../../../locales/de/senders.json"),
  nl: () => import("../../../../locales/nl/senders.json"),
};
/** What senders read about files holds for outsiders, too. */
const OUTSIDERS: Catalogues = {
  en: () => both(SENDERS.en(), import("../../../../locales/en/outsiders.json")),
  de: () => both(SENDERS.de(), import("../../../../locales/de/outsiders.json")),
  nl: () => both(SENDERS.nl(), import("../../../../locales/nl/outsiders.json")),
};

type Loading = ReturnType<Catalogues["en"]>;

async function both(shared: Loading, own: Loading): Loading {
  const parts = await Promise.all([shared, own]);
  return { default: { ...parts[0].default, ...parts[1].default } };
}

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

void start(place ? OUTSIDERS : SENDERS, place ? outsiders : senders);
