// Somebody who has got a mail that went to several, without scripts and without a mouse: a wrong address, his own, and his page; a mail
// whose files are not released yet; and both in all languages.
import assert from 'node:assert/strict';

import { follow, journey, order, tabTo, visitor } from './support.mjs';
import { lookAt } from './look.mjs';

await journey(async (browser) => {
  await visitor(browser, { javaScriptEnabled: false, locale: 'en-GB' }, async (page, _, tolerate) => {
    tolerate(/\/m\//);
    await page.goto(order.several);
    const field = page.getByLabel('Your e-mail address');
    assert.equal(await field.getAttribute('autocomplete'), 'email');
    await field.fill('eve@example.org');
    await follow(page, () => page.keyboard.press('Enter'));
    await page.getByText('Nothing is kept here for that address.').waitFor();
    assert.match(await page.title(), /^Error: /);
    assert.equal(await field.getAttribute('aria-invalid'), 'true');
    await field.fill('Bert@Example.org');
    await tabTo(page, /^Continue$/);
    await follow(page, () => page.keyboard.press('Enter'));
    assert.equal(page.url(), order.own);
    await page.getByText('letter.txt').waitFor();

    await page.goto(order.draft);
    await page.getByRole('heading', { name: 'The files are not there yet' }).waitFor();
    await tabTo(page, /^Look again$/);
    await follow(page, () => page.keyboard.press('Enter'));
    assert.equal(page.url(), order.draft);
  });

  for (const [locale, next] of [['en-GB', 'Continue'], ['de-DE', 'Weiter'], ['nl-NL', 'Doorgaan']]) {
    await visitor(browser, { locale }, async (page, _, tolerate) => {
      tolerate(/\/m\//);
      const language = locale.slice(0, 2);
      await page.goto(order.several);
      await lookAt(page, `mail-${language}-address`);
      await page.getByRole('textbox').fill('eve@example.org');
      await follow(page, () => page.getByRole('button', { name: next }).click());
      await lookAt(page, `mail-${language}-wrong`);
      await page.goto(order.draft);
      await lookAt(page, `mail-${language}-unreleased`);
    });
  }
});
