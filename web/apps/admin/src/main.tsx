import { type Key, start } from "@sealpost/ui";
import type en from "../../../../locales/en/console.json";
import { Shell } from "./shell/Shell.tsx";

declare module "@sealpost/ui" {
  interface Texts {
    admin: Key<keyof typeof en>;
  }
}

void start(
  {
    en: () => import("../../../../locales/en/console.json"),
    de: () => import("../../../../locales/de/console.json"),
    nl: () => import("../../../../locales/nl/console.json"),
  },
  async () => <Shell />,
);
