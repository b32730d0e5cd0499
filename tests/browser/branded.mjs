// A page of a tenant that shows itself: in every size and colour scheme it fits, its logo is there, and axe finds nothing.
import assert from 'node:assert/strict';

import { assertAccessible, assertFits, follow, journey, keep, order, visitor } from './support.mjs';

const { accent, open, locked } = order.page;
const SIZES = { phone: { width: 320, height: 568 }, desk: { width: 1280, height: 800 } };
const rgb = (hex) => `rgb(${[1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join(', ')})`;

async function assertBranded(page, name) {
  const logo = page.getByRole('img', { name: 'St. Anna Hospital' });
  assert.ok(await logo.evaluate((it) => it.complete && it.naturalWidth > 0), `the logo is there, ${name}`);
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    const button = page.locator('.button').first();
    assert.equal(await button.evaluate((it) => getComputedStyle(it).backgroundColor), rgb(accent));
    await assertAccessible(page, `${name}, ${accent}, ${colorScheme}`);
    await assertFits(page, `${name}, ${accent}`);
    await keep(page, `branded-${accent.slice(1)}-${name}-${colorScheme}`);
  }
  await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
  await assertFits(page, `${name}, ${accent}, with text at 200 %`);
}

await journey(async (browser) => {
  for (const [size, viewport] of Object.entries(SIZES)) {
    await visitor(browser, { locale: 'en', viewport }, async (page) => {
      await page.goto(locked);
      await assertBranded(page, `password-${size}`);
      await page.goto(`${locked}/report`);
      await assertBranded(page, `report-${size}`);
      await page.goto(open);
      await follow(page, () => page.getByRole('button').click());
      await assertBranded(page, `downloads-${size}`);
    });
  }
});
