import "./base.css";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { LanguageProvider } from "./language/LanguageProvider.tsx";
import { type Language, remembered } from "./language/languages.ts";
import { type Catalogues, texts } from "./language/texts.ts";
import { part } from "./place/MissingPart.ts";
import { again } from "./problem/again.ts";

/**
 * Shows an app in the document, with the texts of its own, as soon as both are fetched. If they cannot be, the document
 * says so itself: it has what it needs for that. `language` is the reader's, where something else than this browser knows it.
 */
export async function start(
  catalogues: Catalogues,
  load: () => Promise<ReactNode>,
  language: Language = remembered(),
): Promise<void> {
  document.documentElement.lang = language;
  const stranded = element("stranded");
  let t: Awaited<ReturnType<typeof texts>>;
  let app: ReactNode;
  try {
    [t, app] = await Promise.all([texts(language, catalogues), part(load)]);
  } catch {
    strand(stranded, language);
    return;
  }
  stranded.remove();
  const queries = new QueryClient({
    defaultOptions: {
      // Without a network it fails and says so, instead of waiting for one in silence.
      queries: { networkMode: "always", retry: again, staleTime: 10_000 },
      mutations: { networkMode: "always" },
    },
  });
  createRoot(element("root")).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <LanguageProvider catalogues={catalogues} first={{ language, t }}>
          {app}
        </LanguageProvider>
      </QueryClientProvider>
    </StrictMode>,
  );
}

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`index.html has #${id}`);
  return found;
}

/** Shows at once, and in one language, what the document says by itself after a while. */
function strand(stranded: HTMLElement, language: Language): void {
  for (const said of stranded.querySelectorAll<HTMLElement>("[lang]")) {
    if (said.lang !== language) said.remove();
  }
  stranded.classList.add("now");
}
