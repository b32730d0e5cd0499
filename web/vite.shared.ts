/// <reference types="node" />
import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";

import { defineConfig, type Plugin, type Rolldown, type UserConfig } from "vite";

const compress = promisify(brotliCompress);
const BEST = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };

const bytesOf = (file: Rolldown.OutputAsset | Rolldown.OutputChunk) =>
  Buffer.from(file.type === "chunk" ? file.code : file.source);

/**
 * Says in each document which bytes its scripts and styles have (Subresource Integrity): a browser runs no others, whoever has put them
 * between the service and itself. What a script fetches later has no such mark (docs/pages-integrity.md says why).
 */
function integrity(): Plugin {
  return {
    name: "integrity",
    apply: "build",
    enforce: "post",
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        for (const document of Object.values(bundle)) {
          if (document.type !== "asset" || !document.fileName.endsWith(".html")) continue;
          const marked = (tag: string, name: string) => {
            const file = /\.(css|js)$/.test(name) ? bundle[name] : undefined;
            return file
              ? `${tag} integrity="sha384-${createHash("sha384").update(bytesOf(file)).digest("base64")}"`
              : tag;
          };
          document.source = bytesOf(document)
            .toString()
            .replace(/<(?:script|link)\b[^>]*\b(?:src|href)="\/([^"]+)"/g, marked);
        }
      },
    },
  };
}

/** Writes each file once more, as small as it gets: the service hands them out as they are. */
function brotli(): Plugin {
  return {
    name: "brotli",
    apply: "build",
    enforce: "post",
    generateBundle: {
      order: "post",
      async handler(_, bundle) {
        const files = Object.values(bundle).filter(({ fileName }) => /\.(css|html|js|svg)$/.test(fileName));
        await Promise.all(
          files.map(async (file) => {
            this.emitFile({
              type: "asset",
              fileName: `${file.fileName}.br`,
              source: await compress(bytesOf(file), BEST),
            });
          }),
        );
      },
    },
  };
}

/** How an app is built, into a folder of its own below `dist`; its documents lie beside its `vite.config.ts`. */
export function app(name: string, documents: readonly string[] = ["index.html"]): UserConfig {
  return defineConfig({
    build: {
      outDir: `../../dist/${name}`,
      emptyOutDir: true,
      // Where hashed names are, and nothing else: the service lets browsers keep them for good.
      assetsDir: "web",
      // Nothing as `data:`, which the page's policy does not allow.
      assetsInlineLimit: 0,
      target: "es2022",
      // By which tests know what a page loads.
      manifest: "manifest.json",
      reportCompressedSize: false,
      rolldownOptions: {
        input: [...documents],
        // Fluent's "use client" is for servers that render, which ours does not.
        onLog: (level, log, pass) => log.code === "MODULE_LEVEL_DIRECTIVE" || pass(level, log),
      },
    },
    plugins: [integrity(), brotli()],
    // Workers are scripts like any other: in a form that may fetch a part of itself, and compressed beside it.
    worker: { format: "es", plugins: () => [brotli()] },
  });
}
