// A recipient with WebKit opens what its sender has sealed: a wrong password, the right one, a file from memory, one by the service worker, the
// ZIP; then a byte is changed on the way.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { faulty } from './faulty.mjs';
import { button, containing, ENTER, fetched, inWebKit, order } from './webkit.mjs';

const SAVED = '//*[@role="status" and starts-with(normalize-space(), "Downloaded, whole")]';
const FAILED = '//*[@role="status" and contains(., "What came is not what the sender has sealed")]';

async function open(page, link) {
  await page.goto(link);
  await page.type('//input[@type="password"]', `${order.password}${ENTER}`);
  await page.wait(containing('Plans of the bridge'));
}

/** Waits until as many downloads are said to be whole. */
const saved = (page, count) => page.wait(`(${SAVED})[${count}]`);

await inWebKit(async (page) => {
  await page.goto(order.link);
  await page.type('//input[@type="password"]', `not this one${ENTER}`);
  await page.wait(containing('The password is wrong'));
  await open(page, order.link);
  for (const [at, name] of order.names.entries()) {
    await page.click(button(`Download ${name}`));
    await saved(page, at + 1);
  }
  await page.click('//button[contains(., "Download everything as one ZIP")]');
  await saved(page, order.names.length + 1);
  for (const [at, name] of order.names.entries()) await fetched(name, order.lengths[at]);
  await fetched(order.archive);
});

const folder = join(order.folder, 'altered');
mkdirSync(folder);
const [small, large] = order.names;
let flip = order.lengths[0] - 100;
const line = await faulty(order.base_url, () => ({ flip }));
try {
  await inWebKit(async (page) => {
    await open(page, order.link.replace(order.base_url, line.origin));
    await page.click(button(`Download ${small}`));
    await page.wait(`(${FAILED})[1]`);
    flip = Math.floor(order.lengths[1] / 2);
    await page.click(button(`Download ${large}`));
    await page.wait(`(${FAILED})[2]`);
    // Time enough to put something in its place, if anybody would.
    await sleep(3_000);
    // Of the small one not a byte was given to the browser. The beginning of the large one it keeps, and the page has said to delete that.
    assert.deepEqual(readdirSync(folder), [large]);
    assert.ok(statSync(join(folder, large)).size <= flip, 'the byte that was changed is not there, nor any behind it');
  }, folder);
  assert.ok(!line.heard.some((said) => said.includes(order.second_part)), 'nobody hears of the second part');
} finally {
  line.end();
}
