// A recipient with Firefox opens what its sender has sealed: a wrong password, the right one, files, the ZIP; then a byte is changed on the way.
import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { faulty } from './faulty.mjs';
import { fetched, order, visitor } from './firefox.mjs';

const containing = (text) => `::-p-xpath(//*[text()[contains(., "${text}")]])`;
const labelled = (text) => `::-p-xpath(//button[@aria-label="${text}" or contains(., "${text}")])`;

async function click(page, selector) {
  await (await page.waitForSelector(selector)).click();
}

async function open(page, link) {
  await page.goto(link);
  await page.waitForSelector('input[type=password]');
  await page.type('input[type=password]', order.password);
  await page.keyboard.press('Enter');
  await page.waitForSelector(containing('Plans of the bridge'));
}

/** Waits until as many downloads are said to be whole. */
async function saved(page, count) {
  await page.waitForFunction(
    (wanted) => [...document.querySelectorAll('[role=status]')].filter((one) => one.textContent.startsWith('Downloaded, whole')).length === wanted,
    {},
    count,
  );
}

await visitor(async (page) => {
  await open(page, order.link);
  await click(page, labelled('Download letter.txt'));
  await fetched('letter.txt');
  await saved(page, 1);
  await click(page, labelled('Download picture.png'));
  await fetched('picture.png');
  await saved(page, 2);
  await click(page, labelled('Download everything as one ZIP'));
  await fetched(order.archive);
  await saved(page, 3);
});

const whole = readdirSync(order.folder);
const line = await faulty(order.base_url, () => ({ flip: order.length - 100 }));
try {
  await visitor(async (page) => {
    await open(page, order.link.replace(order.base_url, line.origin));
    await click(page, labelled('Download picture.png'));
    await page.waitForSelector(containing('What came is not what the sender has sealed'));
    // Time enough to put something in its place, if anybody would.
    await setTimeout(3_000);
    // Firefox keeps a second one under a name with a number.
    const more = readdirSync(order.folder).filter((name) => !whole.includes(name) && /^picture.*\.png$/.test(name));
    for (const name of more) assert.equal(statSync(join(order.folder, name)).size, 0, `${name} looks whole`);
  }, /A ServiceWorker intercepted the request and encountered an unexpected error/);
  assert.ok(!line.heard.some((said) => said.includes(order.second_part)), 'nobody hears of the second part');
} finally {
  line.end();
}
