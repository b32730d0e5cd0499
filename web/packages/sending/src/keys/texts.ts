/** The texts of pages about keys, and of what is sealed to them: few people need them, so they come by themselves. */
import type { Catalogues, Key } from "@sealpost/ui";
import type en from "../../../../../locales/en/keys.json";

declare module "@sealpost/ui" {
  interface Texts {
    keys: Key<keyof typeof en>;
  }
}

export const KEYS: Catalogues = {
  en: () => import("../../../../../locales/en/keys.json"),
  de: () => import("../../../../../locales/de/keys.json"),
  nl: () => import("../../../../../locales/nl/keys.json"),
};
