// All of it in Firefox: a key is made, files are asked for, sealed by an outsider, and opened by who asked.
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { mailedLink } from './key_steps.mjs';
import { fetched, order, visitor } from './firefox.mjs';

const PASSPHRASE = 'lampe gurke turm wolke pfeffer';
const button = (text) => `::-p-xpath(//button[normalize-space()="${text}"])`;
const containing = (text) => `::-p-xpath(//*[text()[contains(., "${text}")]])`;
const field = (label) => `::-p-xpath(//*[@id=//label[contains(., "${label}")]/@for])`;

const click = async (page, selector) => (await page.waitForSelector(selector)).click();
const type = async (page, selector, text) => (await page.waitForSelector(selector)).type(text);

await visitor(async (page) => {
  await page.goto(`${order.base_url}/account/keys`);
  await type(page, field('Organisation'), 'demo');
  await type(page, field('E-mail'), order.email);
  await type(page, field('Password'), order.password);
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
  await type(page, field('New passphrase'), PASSPHRASE);
  await type(page, field('Once more'), PASSPHRASE);
  await page.keyboard.press('Enter');
  await page.waitForSelector(containing('Your key pair is made.'));

  // As the page does, with its session.
  const url = await page.evaluate(async () => {
    const asked = await fetch('/api/v1/requests', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ title: 'Scans', mode: 'zero_knowledge' }),
    });
    return (await asked.json()).url;
  });
  await page.goto(url);
  await page.waitForSelector(containing('Your browser seals what you send'));
  await type(page, field('Your name'), 'Anna Beispiel');
  await type(page, field('Your e-mail address'), 'anna@example.org');
  await click(page, button('Continue'));
  const input = await page.waitForSelector('input[type=file]');
  await input.uploadFile(...order.files);
  await page.waitForSelector(containing('Everything has arrived.'));
  await click(page, button('Send'));
  await page.waitForSelector(containing('Your files have arrived'));

  const { link } = await mailedLink();
  await page.goto(link);
  await click(page, button('Go on'));
  await type(page, field('Passphrase of your key'), 'not this one at all');
  await click(page, button('Open'));
  await page.waitForSelector(containing('This passphrase does not open your key.'));
  await page.reload();
  await click(page, button('Go on'));
  await type(page, field('Passphrase of your key'), PASSPHRASE);
  await click(page, button('Open'));
  for (const name of order.files.map((path) => basename(path))) {
    await click(page, `::-p-xpath(//button[@aria-label="Download ${name}" or normalize-space()="Download ${name}"])`);
    await page.waitForSelector(containing('Downloaded, whole and unaltered.'));
    // A file of no bytes is whole as soon as it is there.
    if (name !== 'nothing.txt') await fetched(name);
    for (let looks = 0; looks < 200 && !existsSync(join(order.folder, name)); looks += 1) await sleep(50);
  }
});
