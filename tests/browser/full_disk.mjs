// A recipient whose disk is full: the browser says so, nothing is counted, and when there is room the same link brings the file.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

import { journey, order, visitor } from './support.mjs';

/** Begins the download, and waits for how it ends: with a reason if it failed. */
async function fetched(page) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: /year\.bin/ }).click()]);
  return [download, await download.failure()];
}

async function sha256(path) {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece);
  return hash.digest('hex');
}

await journey(
  (browser) =>
    visitor(browser, { locale: 'en-GB', acceptDownloads: true }, async (page) => {
      await page.goto(order.link);
      await page.getByRole('button', { name: 'Show download links' }).click();
      const [, reason] = await fetched(page);
      assert.ok(reason, 'a download that does not fit must not look complete');

      await page.reload();
      await page.getByRole('link', { name: /year\.bin/ }).waitFor();
      execFileSync('mount', ['-o', 'remount,size=64m', order.disk]);
      const [download, none] = await fetched(page);
      assert.equal(none, null, 'nothing was counted: the only download is still there');
      assert.equal(await sha256(await download.path()), order.sha256);
    }),
  { downloadsPath: order.disk },
);
