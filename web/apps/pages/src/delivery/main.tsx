import { type Catalogues, type Key, start } from "@sealpost/ui";
import type en from "../../../../../locales/en/delivery.json";
import { tokenOf } from "./secondPart.ts";

declare module "@sealpost/ui" {
  interface Texts {
    delivery: Key<keyof typeof en>;
  }
}

const DELIVERY: Catalogues = {
  en: () => import("../../../../../locales/en/delivery.json"),
  de: () => import("../../../../../locales/de/delivery.json"),
  nl: () => import("../../../../../locales/nl/delivery.json"),
};

void start(DELIVERY, async () => {
  const { default: DeliveryPage } = await import("./DeliveryPage.tsx");
  return <DeliveryPage token={tokenOf(location.pathname) ?? ""} />;
});
