// A sender with WebKit seals two files, one of several parts, with a password of his own.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';

import { button, containing, ENTER, field, FILES, heading, inWebKit, order } from './webkit.mjs';

const PASSWORD = 'correct horse battery staple';

await inWebKit(async (page) => {
  await page.goto(`${order.base_url}/`);
  await page.type(field('Organisation'), 'demo');
  await page.type(field('E-mail'), order.email);
  await page.type(field('Password'), `${order.password}${ENTER}`);
  await page.wait(heading('New transfer'));
  await page.type(field('Recipients'), `anna@example.org${ENTER}`);
  await page.choose(FILES, order.large, order.empty);
  await page.wait(containing('2 files,'));
  await page.type(field('Subject'), 'From WebKit');
  await page.click(field('Seal it here'));
  const asked = '//select[@id=//label[contains(., "What recipients must show")]/@for]';
  await page.click(`${asked}/option[@value="password"]`);
  await page.click(field('One of my own'));
  await page.type(field('Your password for this transfer'), PASSWORD);
  await page.click(button('Send'));
  await page.wait(heading('Sent'));
  const link = await page.text('//main//li//code');
  assert.match(link, /#[\w-]{43}$/);
  writeFileSync(order.outcome, JSON.stringify({ link }));
});
