// A recipient without scripts and without a mouse: another language, two of three files as a ZIP, and none; the choice of the language
// counts on the pages with scripts as well, and theirs on his.
import assert from 'node:assert/strict';

import { follow, journey, order, tabTo, visitor } from './support.mjs';
import { lookAt } from './look.mjs';

const lang = (page) => page.getAttribute('html', 'lang');
const heard = (page, language) => page.waitForFunction((wanted) => document.documentElement.lang === wanted, language);

await journey(async (browser) => {
  await visitor(browser, { javaScriptEnabled: false, locale: 'en-GB' }, async (page) => {
    await page.goto(order.link);
    await tabTo(page, /^Deutsch$/);
    await follow(page, () => page.keyboard.press('Enter'));
    assert.equal(await lang(page), 'de');
    assert.equal(page.url(), order.link, 'the address is as it was');
    await tabTo(page, /^English$/);
    await follow(page, () => page.keyboard.press('Enter'));
    assert.equal(await lang(page), 'en');

    await tabTo(page, /^Show download links$/);
    await follow(page, () => page.keyboard.press('Enter'));
    await page.getByRole('heading', { name: /Files \(3/ }).waitFor();
    await tabTo(page, /^Download chosen files as ZIP$/);
    await follow(page, () => page.keyboard.press('Enter'));
    await page.getByText('No file was chosen').waitFor();
    assert.match(await page.title(), /^Error: /);

    await page.goto(order.link);
    for (const name of await boxes(page)) {
      await tabTo(page, new RegExp(`^Choose: ${name}$`));
      if (name !== 'picture.png') await page.keyboard.press('Space');
    }
    await tabTo(page, /^Download chosen files as ZIP$/);
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
    await download.saveAs(order.archive);
    assert.equal(page.url(), order.link, 'the page stays');
  });

  await visitor(browser, { locale: 'en-GB' }, async (page, _, tolerate) => {
    tolerate(/\/api\/v1\/requests\/open$/);
    await page.goto(order.link);
    await page.getByRole('button', { name: 'Show download links' }).click();
    await page.getByRole('checkbox').first().waitFor();
    await page.getByText('Compare its checksum').click();
    await lookAt(page, 'choice');
    await follow(page, () => page.getByRole('link', { name: 'Nederlands' }).click());
    await page.goto(`${order.base_url}/r/unknown`);
    await heard(page, 'nl');
    await page.getByLabel('Taal').selectOption('de');
    await heard(page, 'de');
    for (const path of ['/signin', '/signin/forgotten']) {
      await page.goto(order.base_url + path);
      assert.equal(await lang(page), 'de', path);
      await lookAt(page, `language${path.replaceAll('/', '-')}`);
    }
  });
});

/** The names of the files in the order of their boxes. */
async function boxes(page) {
  const labels = await page.getByRole('checkbox').evaluateAll((all) => all.map((box) => box.getAttribute('aria-label')));
  return labels.map((label) => label.replace('Choose: ', ''));
}
