// Somebody asks for files that are sealed to his key; an outsider seals and sends them; the key changes on the way, and is compared; who asked
// opens them with his passphrase, and with no other.
import assert from 'node:assert/strict';
import { basename } from 'node:path';

import { button, fingerprint, mailedLink, makePair, PASSPHRASE, saveAll, signIn, writeTwice } from './key_steps.mjs';
import { lookAt } from './look.mjs';
import { journey, order, visitor } from './support.mjs';
import { begin, choose } from './upload_steps.mjs';

const names = order.files.map((path) => basename(path));

await journey(async (browser) => {
  await visitor(browser, { locale: 'en-GB' }, async (page, _, tolerate) => {
    tolerate(/\/api\/v1\/addin\/bootstrap$/);
    // Without a key nothing is asked for; the way to one is there.
    await page.goto(`${order.base_url}/requests/new`);
    await page.getByLabel('Password', { exact: true }).waitFor();
    await signIn(page);
    await page.getByLabel('What it is about').fill('Scans');
    await page.getByLabel('Sealed to my key').check();
    await page.getByText('You have no key pair yet, to which it could be sealed.').waitFor();
    await lookAt(page, 'ask-no-key');
    const keys = await page.context().newPage();
    await keys.goto(`${order.base_url}/account/keys`);
    const first = await makePair(keys);
    await page.bringToFront();
    await page.evaluate(() => window.dispatchEvent(new Event('visibilitychange')));
    await page.getByText(first).waitFor();
    await lookAt(page, 'ask-to-key');
    await button(page, 'Make the link').click();
    await page.getByText('sealed to your key').waitFor();
    const url = await page.locator('code').filter({ hasText: '/r/' }).first().textContent();

    await visitor(browser, { locale: 'en-GB' }, async (outside, _, tolerated) => {
      tolerated(/\/api\/v1\/submissions\/[^/]+\/(send|sealing)$/, 409);
      await outside.goto(url);
      await outside.getByText(first).waitFor();
      await outside.getByText(/^Your browser seals what you send/).waitFor();
      await lookAt(outside, 'to-key-asked');
      await begin(outside, { url });
      await choose(outside, [order.files[0]]);
      await outside.getByText('Everything has arrived.').waitFor();

      // The page is loaded anew: what has arrived is there, and the others come.
      await outside.reload();
      await outside.getByText('Everything has arrived.').waitFor();
      await choose(outside, order.files.slice(1));
      await outside.getByText('Everything has arrived.').waitFor();
      await lookAt(outside, 'to-key-files');

      // Meanwhile he has made another pair.
      await button(keys, 'Replace the key pair').click();
      await writeTwice(keys, `${PASSPHRASE} kamin`, 'Replace the key pair');
      await keys.getByText('Your new key pair counts from now on.').waitFor();
      const second = await fingerprint(keys);
      await button(outside, 'Send').click();
      await outside.getByText('Another key counts by now.').waitFor();
      await outside.locator('dd', { hasText: first }).waitFor();
      await outside.locator('dd', { hasText: second }).waitFor();
      await lookAt(outside, 'to-key-changed');
      const uploads = [];
      outside.on('request', (request) => request.method() === 'PATCH' && uploads.push(request.url()));
      await button(outside, 'Seal to the new key and send').click();
      await outside.getByRole('heading', { name: 'Your files have arrived' }).waitFor();
      assert.deepEqual(uploads, [], 'no file is uploaded again');
      for (const name of names) await outside.getByText(name).first().waitFor();
      await lookAt(outside, 'to-key-receipt');
    });

    const { link, mail } = await mailedLink();
    assert.ok(!names.some((name) => mail.includes(name)), 'the mail does not know the names');
    assert.match(mail, /passphrase/);
    await page.goto(link);
    await page.getByText('These files were sealed in the sender').waitFor();
    await lookAt(page, 'from-key');
    await button(page, 'Go on').click();
    await page.getByText('This is sealed to your key:').waitFor();
    await page.getByLabel('Passphrase of your key').fill(PASSPHRASE);
    await button(page, 'Open').click();
    await page.getByText('This passphrase does not open your key.').waitFor();
    await lookAt(page, 'from-key-wrong');
    await page.getByLabel('Passphrase of your key').fill(`${PASSPHRASE} kamin`);
    await page.keyboard.press('Enter');
    await page.getByText(names[0]).first().waitFor();
    await lookAt(page, 'from-key-inside');
    await saveAll(page, names);

    // Who has not signed in is led to do so, and back.
    await visitor(browser, { locale: 'en-GB' }, async (stranger, _, tolerated) => {
      tolerated(/\/api\/v1\/account\/key-pairs$/, 401);
      await stranger.goto(link);
      await button(stranger, 'Go on').click();
      await stranger.getByRole('link', { name: 'Sign in' }).waitFor();
      await lookAt(stranger, 'from-key-sign-in');
    });
  });
});
