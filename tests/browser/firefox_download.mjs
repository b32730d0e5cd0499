// A recipient with Firefox, by WebDriver BiDi: a wrong password, the right one, a file, and the ZIP.
import assert from 'node:assert/strict';

import { fetched, order, press, visitor } from './firefox.mjs';

await visitor(async (page) => {
  await page.goto(order.link);
  const status = async () => page.$eval('h1', (heading) => heading.textContent);
  const locked = await status();

  await page.type('#password', 'not the password');
  await press(page, 'Enter');
  await page.waitForSelector('[aria-invalid=true]');
  assert.match(await page.title(), /^Error: /);
  assert.equal(await status(), locked);

  await page.type('#password', order.password);
  await press(page, 'Enter');
  await page.waitForSelector('.files a');
  for (const [link, name] of order.downloads) {
    const found = await page.$$('a[download]');
    const texts = await Promise.all(found.map((one) => one.evaluate((element) => element.textContent)));
    await found[texts.findIndex((text) => text.includes(link))].click();
    await fetched(name);
  }
});
