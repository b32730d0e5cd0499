// The same by Firefox.
import assert from 'node:assert/strict';

import { order, visitor } from './firefox.mjs';
import { judge, watch } from './memory.mjs';

/** Longer than 5 GiB take on the slowest machine that is not broken. */
const PATIENCE = 40 * 60_000;

await visitor(async (page) => {
  await page.goto(order.link);
  await (await page.waitForSelector('::-p-xpath(//button[.="Open"])')).click();
  const save = await page.waitForSelector(`::-p-xpath(//button[@aria-label="Download ${order.name}"])`);
  const begun = Date.now();
  const watching = watch();
  await save.click();
  // Asked again and again: a single question may not take as long.
  for (;;) {
    const said = await page.$$eval('[role=status]', (all) => all.map((one) => one.textContent).join(' '));
    assert.ok(!said.includes('Not downloaded'), said);
    if (said.includes('Downloaded, whole')) break;
    assert.ok(Date.now() - begun < PATIENCE, 'it does not end');
    await new Promise((done) => setTimeout(done, 1000));
  }
  const took = Date.now() - begun;
  const seen = watching.end();
  judge(seen, order.length, took);
  // The last bytes are on their way from the browser's memory to the disk.
  await new Promise((done) => setTimeout(done, 5000));
});
