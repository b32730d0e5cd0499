// The Chromium that is here, for the scripts beside this file.
import { createRequire } from "node:module";

// NODE_PATH says where scripts/test-tools.sh has put it.
const require = createRequire(import.meta.url);

export const launchChromium = () =>
  require("playwright-core").chromium.launch({
    executablePath: process.env.SEALPOST_CHROMIUM ?? "/usr/bin/chromium",
    // Chromium's sandbox needs a user of its own, which root has not.
    chromiumSandbox: process.getuid() !== 0,
    args: [
      "--disable-gpu",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
