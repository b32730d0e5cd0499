import { type Catalogues, type Key, start } from "@sealpost/ui";
import { lazy, type ReactNode, Suspense } from "react";

import { outsidePlace } from "./request/place.ts";
import type outside from "./request/texts/en.json";
import type en from "./texts/en.json";

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
  en: () => import("./texts/en.json"),
  de: () => import("./texts/de.json"),
  nl: () => import("./texts/nl.json"),
};
/** What senders read about files holds for outsiders, too. */
const OUTSIDERS: Catalogues = {
  en: () => both(SENDERS.en(), import("./request/texts/en.json")),
  de: () => both(SENDERS.de(), import("./request/texts/de.json")),
  nl: () => both(SENDERS.nl(), import("./request/texts/nl.json")),
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
