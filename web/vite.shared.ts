/// <reference types="node" />
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";

import { defineConfig, type Plugin, type UserConfig } from "vite";

const compress = promisify(brotliCompress);
const BEST = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };

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
            const content = Buffer.from(file.type === "chunk" ? file.code : file.source);
            this.emitFile({
              type: "asset",
              fileName: `${file.fileName}.br`,
              source: await compress(content, BEST),
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
    plugins: [brotli()],
    // Workers are scripts like any other: in a form that may fetch a part of itself, and compressed beside it.
    worker: { format: "es", plugins: () => [brotli()] },
  });
}
