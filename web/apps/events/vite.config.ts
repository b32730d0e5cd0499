import { defineConfig } from "vite";

/**
 * One classic script without imports, for a JavaScript runtime without a document. Its first line has the places that the service
 * fills in, as in the manifests (addin-manifest/README.md): nothing else in it differs between tenants.
 */
const PLACES = `var sealpost={"base_url":"{{base_url}}","addin_id":"{{addin_id}}"};`;

export default defineConfig({
  build: {
    outDir: "../../dist/events",
    emptyOutDir: true,
    target: "es2016",
    // Outlook shows no source maps, and the file has to stay one.
    sourcemap: false,
    reportCompressedSize: false,
    // `exports` of nothing, so that it only runs.
    lib: {
      entry: "src/main.ts",
      formats: ["iife"],
      name: "sealpostEvents",
      fileName: () => "launchevent.js",
    },
    rolldownOptions: { output: { postBanner: PLACES } },
  },
});
