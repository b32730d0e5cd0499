// A recipient with Firefox: from the link of a mail to several, by his address, to what its sender's pane has sealed.
import assert from 'node:assert/strict';

import { faulty } from './faulty.mjs';
import { fetched, order, visitor } from './firefox.mjs';

const second = order.link.split('#')[1];
// A line without faults, which hears all that is said.
const line = await faulty(order.base_url);
try {
  await visitor(async (page) => {
    await page.goto(order.link.replace(order.base_url, line.origin));
    await page.waitForSelector('input[type=email]');
    await page.type('input[type=email]', order.address);
    await page.keyboard.press('Enter');
    await page.waitForSelector('input[type=password]');
    assert.equal(await page.evaluate(() => location.hash), `#${second}`);
    assert.match(await page.evaluate(() => location.pathname), /^\/t\/[\w-]{43}$/);
    await page.type('input[type=password]', order.password);
    await page.keyboard.press('Enter');
    const letter = await page.waitForSelector('::-p-xpath(//button[@aria-label="Download letter.txt" or contains(., "Download letter.txt")])');
    await letter.click();
    await fetched('letter.txt');
    await page.waitForFunction(() => [...document.querySelectorAll('[role=status]')].some((one) => one.textContent.startsWith('Downloaded, whole')));
  });
  assert.ok(line.heard.some((said) => said.includes('address=anna%40example.org')), 'it hears what is said');
  assert.ok(!line.heard.some((said) => said.includes(second)), 'and nothing of the second part');
} finally {
  line.end();
}
