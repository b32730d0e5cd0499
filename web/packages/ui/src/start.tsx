import "./base.css";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { LanguageProvider } from "./language/LanguageProvider.tsx";
import type { Catalogues } from "./language/texts.ts";
import { again } from "./problem/again.ts";

/** Shows an app in the document, with the texts of its own. */
export function start(catalogues: Catalogues, app: ReactNode): void {
  const queries = new QueryClient({
    defaultOptions: {
      // Without a network it fails and says so, instead of waiting for one in silence.
      queries: { networkMode: "always", retry: again, staleTime: 10_000 },
      mutations: { networkMode: "always" },
    },
  });
  const root = document.getElementById("root");
  if (!root) throw new Error("index.html has a root");

  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <LanguageProvider catalogues={catalogues}>{app}</LanguageProvider>
      </QueryClientProvider>
    </StrictMode>,
  );
}
