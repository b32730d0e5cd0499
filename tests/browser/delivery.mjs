// A recipient opens what its sender has sealed: without scripts nothing, without the link's second part nothing, and then everything.
import assert from 'node:assert/strict';
import { join } from 'node:path';

import { lookAt } from './look.mjs';
import { journey, order, visitor } from './support.mjs';

const button = (page, name) => page.getByRole('button', { name, exact: true });

/** Saves what a button gives, and waits until the page says that it is whole. */
async function save(page, name, as) {
  const [download] = await Promise.all([page.waitForEvent('download'), button(page, name).click()]);
  await download.saveAs(join(order.folder, as));
  assert.equal(await download.failure(), null);
  return download.suggestedFilename();
}

await journey(async (browser) => {
  await visitor(browser, { javaScriptEnabled: false, locale: 'en-GB' }, async (page) => {
    const html = await (await page.goto(order.link)).text();
    assert.match(html, /<noscript>.*This page needs scripts for that/s);
  });
  await visitor(browser, { locale: 'en-GB' }, async (page, context) => {
    await page.goto(order.first_part);
    await page.getByRole('heading', { name: 'A part of the link is missing' }).waitFor();
    await lookAt(page, 'sealed-part');
    const field = page.getByLabel('The whole link, or its second part');
    await field.fill(`${order.first_part}#${order.second_part.slice(1)}`);
    await button(page, 'Continue').click();
    await page.getByText('That is not the second part of a link').waitFor();
    await field.fill(order.link);
    await button(page, 'Continue').click();
    await page.getByRole('heading', { name: 'Files for you' }).waitFor();
    assert.equal(page.url(), order.link, 'a reload finds it');
    await lookAt(page, 'sealed-ready');
    await page.reload();
    await button(page, 'Open').click();

    await page.getByText('Plans of the bridge').waitFor();
    await page.getByText('Please do not pass them on.').waitFor();
    await page.getByText('Not inspected: sealed by the sender.').waitFor();
    await page.getByText('Image (PNG) · 20.0 MB').waitFor();
    await lookAt(page, 'sealed-inside');

    assert.equal(await save(page, 'Download letter.txt', 'letter.txt'), 'letter.txt');
    assert.equal(await save(page, 'Download Pläne/picture.png', 'picture.png'), 'picture.png');
    assert.equal(await save(page, 'Download empty.md', 'empty.md'), 'empty.md');
    const all = await page.getByRole('button', { name: /^Download everything as one ZIP/ }).textContent();
    assert.equal(await save(page, all, 'all.zip'), `sealpost-${order.transfer}.zip`);
    for (const line of await page.getByRole('status').all())
      if (await line.textContent()) assert.equal(await line.textContent(), 'Downloaded, whole and unaltered.');
    assert.equal(await page.getByText('Downloaded, whole and unaltered.').count(), 4);
    await lookAt(page, 'sealed-saved');

    // What nobody has offered is not there, whoever asks, and what was offered once neither.
    for (const name of ['', 'x', '0'.repeat(32)]) {
      const other = await context.newPage();
      const answer = await other.goto(`${order.base_url}/t/download/${name}`);
      assert.deepEqual([answer.status(), answer.fromServiceWorker()], [404, true], name);
      await other.close();
    }
  });
  for (const [locale, open, uninspected] of [
    ['de-DE', 'Öffnen', 'Nicht geprüft: vom Absender versiegelt.'],
    ['nl-NL', 'Openen', 'Niet gecontroleerd: door de afzender verzegeld.'],
  ]) {
    await visitor(browser, { locale }, async (page) => {
      await page.goto(order.link);
      await button(page, open).click();
      await page.getByText(uninspected).waitFor();
      await lookAt(page, `sealed-inside-${locale}`);
    });
  }
  // A link whose second part is of another: told, and counted by the service as any wrong one.
  await visitor(browser, { locale: 'en-GB' }, async (page, _, tolerate) => {
    tolerate(/\/api\/v1\/links\/prove$/);
    await page.goto(`${order.first_part}#${'A'.repeat(43)}`);
    await button(page, 'Open').click();
    await page.getByText('The second part of this link does not fit').waitFor();
    await lookAt(page, 'sealed-wrong-part');
    // Whoever puts the whole link there goes on without a reload.
    await page.evaluate((part) => {
      location.hash = part;
    }, order.second_part);
    await button(page, 'Open').click();
    await page.getByText('Plans of the bridge').waitFor();
  });
});
