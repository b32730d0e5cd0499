// A part of a page that cannot be fetched: the network is cut, or a release has put other files in its place. Whoever is
// there is told in his language what to do; nothing reloads by itself, and what was written stays.
import assert from 'node:assert/strict';

import { addRecipient, arrive, chooseFile, look } from './sender_steps.mjs';
import { journey, order, visitor } from './support.mjs';

const button = (page, name) => page.getByRole('button', { name, exact: true });
const CUT = (route) => route.abort();
const GONE = (route) => route.fulfill({ status: 404, contentType: 'text/plain', body: 'not found' });

/** Pages, a part that each needs at once, and what stands there when all of it has come. */
const FIRST = [
  ['/', 'Shell', 'Anmelden'],
  ['/', 'senders', 'Anmelden'],
  ['/r/unknown', 'RequestPage', 'Dieser Link nimmt keine Dateien an'],
  ['/r/unknown', 'outsiders', 'Dieser Link nimmt keine Dateien an'],
  ['/admin', 'console', 'Anmelden'],
];

await journey(async (browser) => {
  // Nothing is there yet.
  await visitor(browser, { locale: 'de-AT' }, async (page, _, tolerate) => {
    tolerate(/\/web\/|\/api\/v1\//);
    for (const [path, part, heading] of FIRST) {
      for (const refuse of [CUT, GONE]) {
        const pattern = `**/web/${part}-*.js`;
        let documents = 0;
        const count = (request) => (documents += request.isNavigationRequest() ? 1 : 0);
        page.on('request', count);
        await page.route(pattern, refuse);
        await page.goto(`${order.base_url}${path}`);
        await page.getByRole('heading', { name: 'Ein Teil dieser Seite ließ sich nicht abrufen' }).waitFor();
        assert.equal(await page.getByText('could not be fetched').count(), 0, 'one language is enough');
        await page.waitForTimeout(1000);
        assert.equal(documents, 1, `${path} does not reload by itself`);
        page.off('request', count);
        if (refuse === GONE) await look(page, part, 'stranded');
        await page.unroute(pattern);
        await page.getByRole('link', { name: 'Seite neu laden' }).click();
        await page.getByRole('heading', { name: heading }).waitFor();
      }
    }

    // The script that would say it does not come either.
    for (const path of ['/', '/admin']) {
      await page.route('**/web/index-*.js', GONE);
      await page.goto(`${order.base_url}${path}`);
      for (const told of ['could not be fetched', 'ließ sich nicht abrufen', 'kon niet worden opgehaald'])
        await page.getByText(told).waitFor();
      await look(page, `${path === '/' ? 'senders' : 'console'}-everything`, 'stranded');
      await page.unroute('**/web/index-*.js');
      await page.getByRole('link', { name: 'Seite neu laden' }).click();
      await page.getByRole('heading', { name: 'Anmelden' }).waitFor();
    }
  });

  await visitor(browser, { locale: 'en-GB' }, async (page, _, tolerate) => {
    tolerate(/\/web\/|\/api\/v1\//);
    const told = page.getByText(/A part of this page could not be fetched.*copy what you have written/);

    // A form that is open: what was written is there, and goes as soon as it can.
    await arrive(page);
    await addRecipient(page, 'anna@example.org');
    await chooseFile(page);
    await page.getByLabel('Subject').fill('Kept');
    for (const refuse of [CUT, GONE]) {
      await page.route('**/web/Uploading-*.js', refuse);
      await button(page, 'Send').click();
      await told.waitFor();
      assert.equal(await page.getByLabel('Subject').inputValue(), 'Kept');
      if (refuse === GONE) await look(page, 'form', 'stranded');
      await page.unroute('**/web/Uploading-*.js');
    }

    // Another language that does not come: the one that is spoken stays.
    await page.route('**/web/senders-*.js', GONE);
    await page.getByLabel('Language').selectOption('nl');
    await page.locator('header').getByText('A part of this page could not be fetched.').waitFor();
    await look(page, 'language', 'stranded');
    assert.equal(await page.getByLabel('Language').inputValue(), 'en');
    await page.unroute('**/web/senders-*.js');

    // Whoever reloads all the same is asked before.
    const [asked] = await Promise.all([
      page.waitForEvent('dialog'),
      page.evaluate(() => void setTimeout(() => window.location.reload())),
    ]);
    assert.equal(asked.type(), 'beforeunload');
    await asked.dismiss();
    assert.equal(await page.getByLabel('Subject').inputValue(), 'Kept');
    await button(page, 'Send').click();
    await page.getByRole('heading', { name: 'Sent', exact: true }).waitFor();

    // A section of the console, and what is below one: the rest of the page is there, and so is it with one press.
    await page.goto(`${order.base_url}/admin`);
    for (const [part, refuse, go, heading] of [
      ['Users', CUT, () => page.getByRole('link', { name: 'Users and seats' }).click(), 'Users and seats'],
      ['NewUser', GONE, () => button(page, 'New user').click(), 'New user'],
    ]) {
      await page.route(`**/web/${part}-*.js`, refuse);
      await go();
      await told.waitFor();
      await look(page, part, 'stranded');
      await page.unroute(`**/web/${part}-*.js`);
      await button(page, 'Try again').click();
      await page.getByRole('heading', { name: heading, exact: true }).waitFor();
    }
  });
});
