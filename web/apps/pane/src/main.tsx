import { preferred, start, stayAt } from "@sealpost/ui";

import "./pane.css";
import { ready } from "./office/ready.ts";
import { PANE } from "./texts.ts";

// Office.js takes the history away from pages.
stayAt("/");

// Both take their time, and neither waits for the other.
const shell = import("./shell/Shell.tsx");
shell.catch(() => {});
const host = await ready().catch(() => undefined);
const language = preferred([host?.language, ...navigator.languages]);

void start(
  PANE,
  async () => {
    if (host) {
      const { Shell } = await shell;
      return <Shell host={host} />;
    }
    const { WithoutOutlook } = await import("./shell/WithoutOutlook.tsx");
    return <WithoutOutlook />;
  },
  language,
);
