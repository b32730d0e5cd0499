// 5 GiB that were sealed, by Chromium, to the disk while they come: its memory does not grow with them.
import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import { join } from 'node:path';

import { judge, watch } from './memory.mjs';
import { journey, order, visitor } from './support.mjs';

/** Longer than 5 GiB take on the slowest machine that is not broken. */
const PATIENCE = 40 * 60_000;
const button = (page, name) => page.getByRole('button', { name, exact: true });

await journey((browser) =>
  visitor(browser, { locale: 'en-GB' }, async (page) => {
    await page.goto(order.link);
    await button(page, 'Open').click();
    await button(page, `Download ${order.name}`).waitFor();
    const begun = Date.now();
    const watching = watch();
    const [download] = await Promise.all([page.waitForEvent('download'), button(page, `Download ${order.name}`).click()]);
    await page.getByText('Downloaded, whole and unaltered.').waitFor({ timeout: PATIENCE });
    const [seen, took] = [watching.end(), Date.now() - begun];
    assert.equal(await download.failure(), null);
    // Moved: there is no room for two.
    renameSync(await download.path(), join(order.folder, order.name));
    judge(seen, order.length, took);
  }),
  { downloadsPath: order.folder },
);
