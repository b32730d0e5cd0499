/** The texts of what is here, for whichever app shows it. */
import type { Catalogues, Key } from "@sealpost/ui";
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

type Loading = ReturnType<Catalogues["en"]>;

/** Texts of senders, and of an app itself. */
export function withSenders(own: Catalogues): Catalogues {
  const both = async (one: Loading, other: Loading): Loading => {
    const parts = await Promise.all([one, other]);
    return { default: { ...parts[0].default, ...parts[1].default } };
  };
  return {
    en: () => both(SENDERS.en(), own.en()),
    de: () => both(SENDERS.de(), own.de()),
    nl: () => both(SENDERS.nl(), own.nl()),
  };
}
