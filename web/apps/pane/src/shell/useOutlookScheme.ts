import { contrast, type Scheme } from "@sealpost/ui";
import { useSyncExternalStore } from "react";

import type { Host } from "../office/host.ts";

const FORCED = "(forced-colors: active)";

/**
 * How Outlook looks. It tells nobody when that changes as long as there are events, so it is looked at again whenever somebody
 * comes back to the pane. Nothing if it does not say.
 */
export function useOutlookScheme(host: Host): Scheme | undefined {
  return useSyncExternalStore(subscribe, () =>
    window.matchMedia(FORCED).matches ? "contrast" : schemeOf(host.background),
  );
}

function subscribe(changed: () => void): () => void {
  const forced = window.matchMedia(FORCED);
  forced.addEventListener("change", changed);
  window.addEventListener("focus", changed);
  document.addEventListener("visibilitychange", changed);
  return () => {
    forced.removeEventListener("change", changed);
    window.removeEventListener("focus", changed);
    document.removeEventListener("visibilitychange", changed);
  };
}

/** Dark is what white is read on better than black. */
export function schemeOf(background: string | undefined): Scheme | undefined {
  if (!background || !/^#[0-9a-f]{6}$/i.test(background)) return undefined;
  return contrast(background, "#ffffff") > contrast(background, "#000000") ? "dark" : "light";
}
