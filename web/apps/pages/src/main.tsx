import { type Catalogues, type Key, start } from "@sealpost/ui";
import { lazy, type ReactNode, Suspense } from "react";
import type outside from "../../../../locales/en/outsiders.json";
import type en from "../../../../locales/en/senders.json";
import { outsidePlace } from "./request/place.ts";

declare module "@sealpost/ui" {
  interface Texts {
    pages: Key<keyof typeof en>;
    request: Key<keyof typeof outside>;
  }
}

// Each comes alone: who has a link in his hand waits for nothing that is for senders, and is never asked to sign in.
const Shell = lazy(() => import("./shell/Shell.tsx").then(({ Shell }) => ({ default: Shell })));
const RequestPage = lazy(() => import("./request/RequestPage.tsx"));

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

// The page that the address is for: no link leads from the one to the other.
const place = outsidePlace(window.location.pathname);
const page: ReactNode = place ? <RequestPage place={place} /> : <Shell />;
start(place ? OUTSIDERS : SENDERS, <Suspense fallback={null}>{page}</Suspense>);
