// Builds the page beside this file and serves it on this machine, with the policy that pages have which seal.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

import { build } from "vite";

/** As crates/api/src/web has it, and the sealing worker; `bench` is for what is only measured. */
const PAGE =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
  "worker-src 'self'; require-trusted-types-for 'script'; trusted-types sealpost-worker bench";
/** A worker goes by the policy that comes with its script. Argon2 is WebAssembly. */
const SCRIPT = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'";
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8" };

/** Gives the page's address, and what ends the serving. */
export async function site(folder) {
  await build({ configFile: join(import.meta.dirname, "vite.config.ts"), build: { outDir: folder } });
  const server = createServer(async ({ url }, response) => {
    const path = url === "/" ? "/index.html" : normalize(new URL(url, "http://localhost").pathname);
    const type = TYPES[extname(path)];
    const bytes = type && (await readFile(join(folder, path)).catch(() => undefined));
    // Browsers ask for an icon by themselves.
    if (!bytes) return response.writeHead(path === "/favicon.ico" ? 204 : 404).end();
    const policy = extname(path) === ".html" ? PAGE : SCRIPT;
    return response
      .writeHead(200, {
        "content-type": type,
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
      })
      .end(bytes);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A secure context without a certificate, which WebCrypto asks for.
  return { address: `http://localhost:${server.address().port}/`, end: () => server.close() };
}
