/** The texts of what is here, for whichever app shows it. */
import { both, type Catalogues, type Key } from "@sealpost/ui";
import type en from "../../../../locales/en/senders.json";

declare module "@sealpost/ui" {
  interface Texts {
    senders: Key<keyof typeof en>;
  }
}

export const SENDERS: Catalogues = {
  en: () => import("../../../../locales/en/senders.json"),
  de: () => import("../../../../locales/de/senders.json"),
  nl: () => import("../../../../locales/nl/senders.json"),
};

/** Texts of senders, and of an app itself. */
export function withSenders(own: Catalogues): Catalogues {
  return both(SENDERS, own);
}
