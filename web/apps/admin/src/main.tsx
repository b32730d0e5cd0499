import { type Key, start } from "@sealpost/ui";

import { Shell } from "./shell/Shell.tsx";
import type en from "./texts/en.json";

declare module "@sealpost/ui" {
  interface Texts {
    admin: Key<keyof typeof en>;
  }
}

start(
  {
    en: () => import("./texts/en.json"),
    de: () => import("./texts/de.json"),
    nl: () => import("./texts/nl.json"),
  },
  <Shell />,
);
