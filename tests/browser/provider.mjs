// A recipient without scripts and without a mouse shows her account at a provider, and is let in; it does not open what is
// for another. Then she signs in with it as a user.
import assert from 'node:assert/strict';

import { assertAccessible, assertFits, follow, journey, keep, order, tabTo, visitor } from './support.mjs';

const PHONE = { width: 360, height: 740 };
const DESK = { width: 1280, height: 800 };

/** For everybody, on a desk and on a phone, by day and by night; and what it looks like there. */
async function look(page, name) {
  for (const [device, size] of [['desk', DESK], ['phone', PHONE]]) {
    await page.setViewportSize(size);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await assertAccessible(page, `${name}, ${device}, ${colorScheme}`);
      await assertFits(page, `${name}, ${device}`);
      await keep(page, `provider-${name}-${device}-${colorScheme}`);
    }
  }
  await page.emulateMedia({ colorScheme: null });
  await page.setViewportSize(DESK);
}

await journey(async (browser) => {
  await visitor(browser, { javaScriptEnabled: false, locale: 'en-GB' }, async (page) => {
    await page.goto(order.link);
    await tabTo(page, /^Sign in with Lab Nord$/);
    await follow(page, () => page.keyboard.press('Enter'));
    await page.getByRole('heading', { name: /Files \(1/ }).waitFor();
    assert.equal(page.url(), order.link);
    await page.getByRole('link', { name: 'letter.txt' }).waitFor();

    await page.goto(order.anothers);
    await tabTo(page, /^Sign in with Lab Nord$/);
    await follow(page, () => page.keyboard.press('Enter'));
    assert.match(await page.title(), /^Error: /);
    assert.match(await page.getByRole('alert').innerText(), /another account/);
  });
  await visitor(browser, { locale: 'en-GB' }, async (page) => {
    await page.goto(order.anothers);
    await look(page, 'account');
    await follow(page, () => page.getByRole('link', { name: 'Sign in with Lab Nord' }).click());
    await look(page, 'another-account');
    assert.match(await page.getByRole('link', { name: 'Sign in with Lab Nord' }).getAttribute('href'), /anew=true/);

    await page.goto(`${order.base_url}/signin?tenant=demo`);
    await look(page, 'signin');
    await follow(page, () => page.getByRole('link', { name: 'Sign in with Lab Nord' }).click());
    assert.equal(new URL(page.url()).pathname, '/account');
    await page.getByText('admin@demo.example').first().waitFor();
  });
  await visitor(browser, { locale: 'de-DE' }, async (page) => {
    await page.goto(order.link);
    await page.getByRole('link', { name: 'Mit Lab Nord anmelden' }).waitFor();
    await page.goto(`${order.base_url}/signin`);
    assert.equal(await page.getByRole('link', { name: /anmelden/ }).count(), 0, 'no tenant is known');
  });
});
