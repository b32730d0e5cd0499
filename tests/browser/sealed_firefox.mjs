// A sender with Firefox seals with a password of his own; a request is cut, the page is closed, and it goes on.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

import { order, visitor } from './firefox.mjs';

const button = (text) => `::-p-xpath(//button[normalize-space()="${text}"])`;
const heading = (text) => `::-p-xpath(//*[self::h1 or self::h2][normalize-space()="${text}"])`;
const containing = (text) => `::-p-xpath(//*[text()[contains(., "${text}")]])`;
const field = (label) => `::-p-xpath(//*[@id=//label[contains(., "${label}")]/@for])`;
const PASSWORD = 'correct horse battery staple';

/** Waits for what is wanted, and clicks it. */
async function click(page, selector) {
  await (await page.waitForSelector(selector)).click();
}

async function type(page, selector, text) {
  await (await page.waitForSelector(selector)).type(text);
}

async function choose(page, ...files) {
  const input = await page.waitForSelector('input[type=file]');
  await input.uploadFile(...files);
}

await visitor(async (page) => {
  await page.goto(`${order.base_url}/`);
  await type(page, field('Organisation'), 'demo');
  await type(page, field('E-mail'), order.email);
  await type(page, field('Password'), order.password);
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
  await page.waitForSelector(heading('New transfer'));
  await type(page, field('Recipients'), 'anna@example.org');
  await page.keyboard.press('Enter');
  await choose(page, order.large, order.empty);
  await page.waitForSelector(containing('2 files,'));
  await type(page, field('Subject'), 'From Firefox');
  await click(page, field('Seal it here'));
  await page.select('::-p-xpath(//select[@id=//label[contains(., "What recipients must show")]/@for])', 'password');
  await click(page, field('One of my own'));
  await type(page, field('Your password for this transfer'), PASSWORD);

  // The line is cut after the first part, and the page closed.
  let parts = 0;
  await page.setRequestInterception(true);
  page.on('request', (request) => {
    if (request.method() === 'PATCH') parts += 1;
    // What is gone with its page cannot be cut any more.
    const cut = request.method() === 'PATCH' && parts > 1;
    return (cut ? request.abort() : request.continue()).catch(() => {});
  });
  await click(page, button('Send'));
  while (parts < 2) await setTimeout(50);
  page.on('dialog', (dialog) => dialog.accept());
  await page.goto('about:blank');
  page.removeAllListeners('request');
  await page.setRequestInterception(false);
  await page.goto(`${order.base_url}/`);
  await click(page, button('Go on'));
  // The first part; the blank before the unit is one that does not break.
  await page.waitForSelector(containing('8.4\u00a0MB of it have arrived.'));
  const again = await page.waitForSelector('::-p-xpath(//li[contains(., "canary-of-a-name")]//input[@type="file"])');
  await again.uploadFile(order.large);
  await page.waitForSelector(heading('Sent'));
  const link = await page.$eval('main li code', (code) => code.textContent);
  assert.match(link, /#[\w-]{43}$/);
  writeFileSync(order.outcome, JSON.stringify({ link }));
});
