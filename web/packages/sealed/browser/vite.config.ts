import { defineConfig } from "vite";

/** The page for the scripts beside this file; the workers as modules, so that they fetch Argon2 when they need it. */
export default defineConfig({
  root: import.meta.dirname,
  logLevel: "warn",
  build: { target: "es2022", assetsInlineLimit: 0, emptyOutDir: true, reportCompressedSize: false },
  worker: { format: "es" },
});
