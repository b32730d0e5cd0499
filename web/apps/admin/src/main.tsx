import { both, type Key, start } from "@sealpost/ui";
import { PROOF } from "@sealpost/ui/stepUp";
import type en from "../../../../locales/en/console.json";
import { Shell } from "./shell/Shell.tsx";

declare module "@sealpost/ui" {
  interface Texts {
    admin: Key<keyof typeof en>;
  }
}

void start(
  both(PROOF, {
    en: () => import("../../../../locales/en/console.json"),
    de: () => import("../../../../locales/de/console.json"),
    nl: () => import("../../../../locales/nl/console.json"),
  }),
  async () => <Shell />,
);
