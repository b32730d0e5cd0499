import { useSyncExternalStore } from "react";

import type { Scheme } from "./theme.ts";

const CONTRAST = "(prefers-contrast: more)";
const DARK = "(prefers-color-scheme: dark)";

function subscribe(changed: () => void): () => void {
  const queries = [CONTRAST, DARK].map((query) => window.matchMedia(query));
  for (const query of queries) query.addEventListener("change", changed);
  return () => {
    for (const query of queries) query.removeEventListener("change", changed);
  };
}

function scheme(): Scheme {
  const asks = (query: string) => window.matchMedia(query).matches;
  if (asks(CONTRAST)) return "contrast";
  return asks(DARK) ? "dark" : "light";
}

/** What the reader's system asks for, and again when it changes. */
export function useScheme(): Scheme {
  return useSyncExternalStore(subscribe, scheme);
}
