// Whether everything works in the browsers that are here: `node works.mjs FOLDER`, as tests/web does.
import assert from "node:assert/strict";
import { truncateSync, utimesSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { launchChromium } from "./chromium.mjs";
import { site } from "./site.mjs";

// NODE_PATH says where scripts/test-tools.sh has put them.
const require = createRequire(import.meta.url);
const PATIENCE = 300_000;

async function inChromium(look) {
  const browser = await launchChromium();
  try {
    await look(await browser.newPage());
  } finally {
    await browser.close();
  }
}

async function inFirefox(look) {
  const browser = await require("puppeteer-core").launch({
    browser: "firefox",
    executablePath: process.env.SEALPOST_FIREFOX ?? "/usr/bin/firefox-esr",
    protocolTimeout: PATIENCE,
    env: { ...process.env, HOME: tmpdir() },
  });
  try {
    await look(await browser.newPage());
  } finally {
    await browser.close();
  }
}

const FOLDER = resolve(process.argv[2]);
const { address, end } = await site(join(FOLDER, "site"));

/** Seals the first part of a file, then the second after that was changed. */
async function sealChanged(page) {
  const path = join(FOLDER, "file.bin");
  writeFileSync(path, "");
  truncateSync(path, 20 * 2 ** 20);
  const input = await page.$("input");
  await (input.setInputFiles ?? input.uploadFile).call(input, path);
  const first = await page.evaluate(() => window.sealed.part(0));
  writeFileSync(path, Buffer.alloc(20 * 2 ** 20, 1));
  // Chromium counts seconds.
  utimesSync(path, 1, 1);
  return [first, await page.evaluate(() => window.sealed.part(1))];
}
try {
  for (const [name, browse] of [
    ["Chromium", inChromium],
    ["Firefox", inFirefox],
  ])
    await browse(async (page) => {
      const faults = [];
      // What a policy refuses is said there, too.
      page.on("console", (message) => faults.push(message.text()));
      page.on("pageerror", (error) => faults.push(String(error)));
      await page.goto(address);
      const said = await page.evaluate(() => window.sealed.works());
      // Firefox reads whatever a file has by now, as it does when reading begins.
      const second = name === "Chromium" ? "source" : "it works";
      assert.deepEqual(await sealChanged(page), ["it works", second], name);
      // That much the page does not let pass, as it should.
      const others = faults.filter((fault) => !/WebAssembly|wasm/i.test(fault));
      assert.deepEqual(others, [], name);
      process.stdout.write(`${name}: ${said.join(", ")}\n`);
    });
} finally {
  end();
}
