// 2 GiB by way of a browser: the line is cut, the page is closed, and it goes on; then it is fetched with a browser.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';

import { journey, order, visitor } from './support.mjs';
import { ask, begin, button, choose, chooseAgain } from './upload_steps.mjs';

/** Longer than 2 GiB take on the slowest machine that is not broken. */
const PATIENCE = 20 * 60_000;

async function sha256(path) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** The link to what has come in, once the requester has been told. */
async function mailedLink() {
  for (let looks = 0; looks < 600; looks += 1) {
    const mails = readdirSync(order.mail).filter((name) => name.endsWith('.eml'));
    const texts = mails.map((name) => readFileSync(join(order.mail, name), 'utf8').replaceAll(/=\r?\n/g, ''));
    const found = texts.map((text) => text.match(/http\S+\/t\/[\w-]{43}/)?.[0]).find(Boolean);
    if (found) return found;
    await setTimeout(100);
  }
  return assert.fail('nobody was told');
}

/** Waits until this much of it has arrived, in per cent. */
const arrived = (page, percent) =>
  page.waitForFunction(
    (least) => {
      const bar = document.querySelector('main [role=progressbar]');
      return Number(bar?.getAttribute('aria-valuenow')) / Number(bar?.getAttribute('aria-valuemax')) >= least / 100;
    },
    percent,
    { timeout: PATIENCE },
  );

await journey(async (browser) => {
  const request = await ask({ title: 'All scans of a year' });
  await visitor(browser, { locale: 'en-GB' }, async (page, context, tolerate) => {
    tolerate(/\/api\/v1\/(uploads|submissions|transfers)\//);
    page.on('dialog', (dialog) => dialog.accept());
    await begin(page, request);
    await choose(page, [order.file]);
    await arrived(page, 10);
    await context.setOffline(true);
    await page.getByText(/connection/).first().waitFor();
    await context.setOffline(false);
    await arrived(page, 30);
    await page.reload();
    await page.getByRole('heading', { name: 'Go on with your files' }).waitFor();
    await chooseAgain(page, basename(order.file), order.file);
    await page.getByText('Everything has arrived.').waitFor({ timeout: PATIENCE });
    await button(page, 'Send').click();
    await page.getByRole('heading', { name: 'Your files have arrived' }).waitFor({ timeout: PATIENCE });
  });
  await visitor(browser, { locale: 'en-GB' }, async (page) => {
    await page.goto(await mailedLink());
    await button(page, 'Show download links').click();
    const fetched = page.waitForEvent('download');
    await page.getByRole('link', { name: basename(order.file) }).click();
    const download = await fetched;
    const path = await download.path();
    assert.equal(await sha256(path), await sha256(order.file));
  });
});
