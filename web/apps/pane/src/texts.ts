/** The pane's texts, with those of senders. */
import { withSenders } from "@sealpost/sending/texts.ts";
import type { Catalogues, Key } from "@sealpost/ui";
import type en from "../../../../locales/en/pane.json";

declare module "@sealpost/ui" {
  interface Texts {
    pane: Key<keyof typeof en>;
  }
}

export const PANE: Catalogues = withSenders({
  en: () => import("../../../../locales/en/pane.json"),
  de: () => import("../../../../locales/de/pane.json"),
  nl: () => import("../../../../locales/nl/pane.json"),
});
