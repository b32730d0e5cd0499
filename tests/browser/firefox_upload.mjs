// Somebody without an account sends files in with Firefox, closes the page in the middle, and goes on.
import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';

import { order, visitor } from './firefox.mjs';

const button = (text) => `::-p-xpath(//button[normalize-space()="${text}"])`;
const heading = (text) => `::-p-xpath(//*[self::h1 or self::h2][normalize-space()="${text}"])`;
const containing = (text) => `::-p-xpath(//*[text()[contains(., "${text}")]])`;
const field = (label) => `::-p-xpath(//input[@id=//label[contains(., "${label}")]/@for])`;

/** Waits for what is wanted, and clicks it. */
async function click(page, selector) {
  await (await page.waitForSelector(selector)).click();
}

async function choose(page, file) {
  const input = await page.waitForSelector('input[type=file]');
  await input.uploadFile(file);
}

await visitor(async (page) => {
  await page.goto(order.link);
  await (await page.waitForSelector(field('Your name'))).type('Anna Beispiel');
  await (await page.waitForSelector(field('Your e-mail'))).type('anna@example.org');
  await click(page, button('Continue'));
  await page.waitForSelector(heading('Choose your files'));
  await choose(page, order.small);
  await page.waitForSelector(containing('1 file,'));

  // The line is cut after the first piece of a large one, and the page closed: what has arrived is there still, and the file is asked for.
  let pieces = 0;
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    if (request.method() === 'PATCH') pieces += 1;
    if (request.method() === 'PATCH' && pieces > 1) return request.abort();
    return request.continue();
  });
  await choose(page, order.large);
  await page.waitForSelector(containing('2 files,'));
  while (pieces < 2) await setTimeout(50);
  page.on('dialog', (dialog) => dialog.accept());
  await page.goto('about:blank');
  page.removeAllListeners('request');
  await page.setRequestInterception(false);
  await page.goto(order.link);
  await page.waitForSelector(heading('Go on with your files'));
  await choose(page, order.large);
  await page.waitForSelector(containing('Everything has arrived.'));
  await click(page, button('Send'));
  await page.waitForSelector(heading('Your files have arrived'));
  const names = await page.$$eval('main li bdi', (all) => all.map((one) => one.textContent));
  assert.deepEqual(names.sort(), order.names);
});
