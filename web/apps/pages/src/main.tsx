import { LanguageProvider } from "@sealpost/ui";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { again } from "./problem/again.ts";
import { Shell } from "./shell/Shell.tsx";

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
      <LanguageProvider>
        <Shell />
      </LanguageProvider>
    </QueryClientProvider>
  </StrictMode>,
);
