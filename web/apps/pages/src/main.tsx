import { type Key, start } from "@sealpost/ui";
import { lazy, type ReactNode, Suspense } from "react";

import { requestPlace } from "./request/place.ts";
import type en from "./texts/en.json";

declare module "@sealpost/ui" {
  interface Texts {
    pages: Key<keyof typeof en>;
  }
}

// Each comes alone: who has a link in his hand waits for nothing that is for senders, and is never asked to sign in.
const Shell = lazy(() => import("./shell/Shell.tsx").then(({ Shell }) => ({ default: Shell })));
const RequestPage = lazy(() => import("./request/RequestPage.tsx"));

/** The page that the address is for: no link leads from the one to the other. */
function page(): ReactNode {
  const place = requestPlace(window.location.pathname);
  return <Suspense fallback={null}>{place ? <RequestPage place={place} /> : <Shell />}</Suspense>;
}

start(
  {
    en: () => import("./texts/en.json"),
    de: () => import("./texts/de.json"),
    nl: () => import("./texts/nl.json"),
  },
  page(),
);
