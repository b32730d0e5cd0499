// A sender seals in the browser: without a password, and with one that the page makes up. Nothing of what was sealed, and nothing that opens
// it, is given to the network; the links are whole, and are shown again on this device until it is told to forget.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { button, choose, HERE, links, overhear, said, sealHere, sent, tell } from './sealed_steps.mjs';
import { addRecipient, arrive, look } from './sender_steps.mjs';
import { journey, order, visitor } from './support.mjs';

const MESSAGE = 'canary of a message\n\nGrüße';
const NAME = 'canary-of-a-name.dcm';

await journey((browser) =>
  visitor(browser, { locale: 'en-GB' }, async (page, context, tolerate) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    // Nobody is signed in at first.
    tolerate(/\/api\/v1\/addin\/bootstrap$/);
    const requests = [];
    context.on('request', (request) => requests.push(request));
    await overhear(page);
    await arrive(page);
    await page.getByRole('radio', { name: HERE }).waitFor();
    assert.equal(await page.getByRole('radio', { name: HERE }).isChecked(), false, 'nobody seals without having chosen to');
    const scripts = () => requests.filter((request) => /\/web\/.*\.js$/.test(request.url())).map((request) => request.url());
    assert.deepEqual(scripts().filter((url) => /sealedDraft|worker/.test(url)), [], 'what seals is not there before it is needed');

    await addRecipient(page, 'anna@example.org');
    await choose(page, [order.large, order.letter, order.empty]);
    await page.getByLabel('Subject').fill('canary of a subject');
    await page.getByLabel('Message').fill(MESSAGE);
    await page.getByLabel('What recipients must show').selectOption({ label: 'Nothing but the link' });
    await sealHere(page);
    await page.getByText('Whoever loses his link loses the files.').waitFor();
    await look(page, 'sealing');
    await button(page, 'Send').click();
    await sent(page);
    await page.getByText(/has only the first part of the link/).waitFor();
    await look(page, 'sealed-links');
    const plain = (await links(page))['anna@example.org'];
    assert.match(plain, new RegExp(`^${order.base_url}/t/[\\w-]{43}#[\\w-]{43}$`));
    await button(page, 'Copy the link of anna@example.org').click();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), plain);
    const mail = new URL(await page.getByRole('link', { name: 'Write a mail with this link to anna@example.org' }).getAttribute('href'));
    assert.equal(mail.protocol, 'mailto:');
    assert.ok(mail.searchParams.get('body').split('\r\n').includes(plain), 'the mail has the whole link on a line of its own');

    // Nothing of it went out, in whatever form; what the service must know did.
    const fragment = plain.split('#')[1];
    const inside = readFileSync(order.large).subarray(4000, 4032).toString('latin1');
    const secrets = [fragment, fragment.slice(4, 36), NAME, 'canary of a subject', 'canary of a message', 'letter.txt'];
    assert.deepEqual(await said(page, secrets), []);
    assert.deepEqual(await page.evaluate((bytes) => window.heard.said([bytes]), inside), [], 'no bytes of a file');
    assert.ok((await page.evaluate(() => window.heard.bytes())) > 20_000_000, 'what goes out is overheard');
    assert.equal((await said(page, ['anna@example.org'])).length > 0, true);
    for (const request of requests) {
      const seen = [request.url(), JSON.stringify(request.headers()), request.postData() ?? ''].join(' ');
      for (const secret of [...secrets, encodeURIComponent(NAME)]) assert.ok(!seen.includes(secret), `${request.url()} says ${secret}`);
    }

    // With a password that the page makes up, to two.
    await button(page, 'New transfer').click();
    await addRecipient(page, 'bert@example.org, cleo@example.org');
    await choose(page, [order.letter]);
    await page.getByLabel('What recipients must show').selectOption({ label: 'A password' });
    await sealHere(page);
    await page.getByText('Something else for one of them').click();
    await page.getByText('asks all recipients for the password, or nobody').waitFor();
    const offered = await page.getByLabel('bert@example.org must show').locator('option').allTextContents();
    assert.ok(offered.length > 1 && offered.slice(1).every((one) => /password/.test(one)), offered.join());
    await look(page, 'sealing-password');
    await button(page, 'Send').click();
    await sent(page);
    const password = await page.locator('code').first().textContent();
    assert.match(password, /^[a-z2-9-]{23,}$/);
    await look(page, 'sealed-links-password');
    const locked = await links(page);
    assert.deepEqual(Object.keys(locked).sort(), ['bert@example.org', 'cleo@example.org']);
    await button(page, 'Copy all links').click();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    for (const [address, link] of Object.entries(locked)) assert.ok(copied.includes(`${address} ${link}`));
    assert.deepEqual(await said(page, [password, Object.values(locked)[0].split('#')[1]]), [], 'nor the password');
    tell({ plain, password, locked: Object.values(locked) });

    // Neither list nor page of it have an empty place; the links are here again after a reload.
    await page.getByRole('link', { name: 'My transfers' }).click();
    await page.getByRole('link', { name: 'Sealed by you' }).first().waitFor();
    assert.equal(await page.getByText('No subject').count(), 0);
    await look(page, 'sealed-list');
    await page.getByRole('link', { name: 'Sealed by you' }).last().click();
    await page.getByRole('heading', { name: 'Sealed transfer' }).waitFor();
    await page.reload();
    await page.getByText('File 3', { exact: true }).waitFor();
    await page.getByText('20.0 MB').waitFor();
    await page.getByText('This browser knows the second part of the links').waitFor();
    await button(page, 'Show the link of anna@example.org').click();
    await page.locator('code').waitFor();
    assert.equal(await page.locator('code').textContent(), plain);
    await look(page, 'sealed-detail');
    await button(page, 'Forget it in this browser').click();
    await page.getByText('This browser does not know the second part of the links').waitFor();
    assert.equal(await page.locator('code').textContent(), plain.split('#')[0]);
    await look(page, 'sealed-forgotten');
    await page.reload();
    await page.getByText('This browser does not know the second part of the links').waitFor();
    const detail = page.url();
    for (const [language, words] of [['de', 'Von Ihnen versiegelt'], ['nl', 'Door u verzegeld']]) {
      await page.goto(detail);
      await page.getByRole('banner').getByRole('combobox').selectOption(language);
      await page.getByText(words, { exact: true }).waitFor();
      await look(page, `sealed-detail-${language}`);
      await page.goto(`${order.base_url}/`);
      await page.getByRole('radio').nth(1).check();
      await look(page, `sealing-${language}`);
    }
  }),
);
