// What journeys in Firefox need. Playwright drives builds of its own only; Puppeteer speaks WebDriver BiDi to Debian's.
import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

// NODE_PATH says where scripts/test-tools.sh has put it.
const { launch } = createRequire(import.meta.url)('puppeteer-core');

/** Long enough for the slowest machine that is not broken. */
const PATIENCE = 60_000;

/** What the test wants: JSON in the first argument. `folder` is where downloads go. */
export const order = JSON.parse(process.argv[2]);

/** A page in a Firefox of its own. */
export async function inFirefox(look) {
  const browser = await launch({
    browser: 'firefox',
    executablePath: process.env.SEALPOST_FIREFOX ?? '/usr/bin/firefox-esr',
    timeout: PATIENCE,
    protocolTimeout: PATIENCE,
    // It keeps things at home besides its profile.
    env: { ...process.env, HOME: order.folder ?? tmpdir() },
    extraPrefsFirefox: {
      'browser.download.dir': order.folder ?? tmpdir(),
      'browser.download.folderList': 2,
      'browser.download.always_ask_before_handling_new_types': false,
      'browser.download.useDownloadDir': true,
      'intl.accept_languages': 'en-GB',
    },
  });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(PATIENCE);
    await look(page);
  } finally {
    await browser.close();
  }
}

/** A visitor with a Firefox of his own. At the end of `visit` no script of a page may have failed, and nothing may stand on the console, but what is `tolerated`. */
export async function visitor(visit, tolerated = /^$/) {
  const faults = [];
  await inFirefox(async (page) => {
    page.on('pageerror', (error) => tolerated.test(error.message) || faults.push(`error: ${error.message}`));
    page.on('console', (message) => {
      if (['error', 'warn'].includes(message.type()) && !tolerated.test(message.text())) faults.push(`console: ${message.text()}`);
    });
    await visit(page);
  });
  assert.deepEqual(faults, []);
}

/** Presses a key that leads to another page, and waits until that is there. */
export async function press(page, key) {
  await Promise.all([page.waitForNavigation(), page.keyboard.press(key)]);
}

/** Waits until a download is whole: Firefox puts an empty file there, writes into one beside it, and renames that at the end. */
export async function fetched(name) {
  const path = join(order.folder, name);
  const isWhole = () => existsSync(path) && statSync(path).size > 0 && !existsSync(`${path}.part`);
  for (let waited = 0; !isWhole(); waited += 100) {
    assert.ok(waited < PATIENCE, `${name} does not come`);
    await setTimeout(100);
  }
}
