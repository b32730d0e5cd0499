// Somebody without an account, at a desk: who asks, who he is, files chosen, dropped and pasted, what is not taken and why,
// progress with a pause, sent, and the receipt, which is there again after a reload. Who only looks changes nothing.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { journey, keep, order, visitor } from './support.mjs';
import { ask, begin, button, call, cameIn, choose, line, look, takes } from './upload_steps.mjs';

const LONG = 'Donaudampfschifffahrtsgesellschaftskapitaenspatent'.repeat(4);

/** Drops files on the page, as a file manager would. */
async function drop(page, files) {
  const transfer = await page.evaluateHandle((all) => {
    const data = new DataTransfer();
    for (const { name, text } of all) data.items.add(new File([text], name, { lastModified: 1 }));
    return data;
  }, files);
  await page.dispatchEvent('body', 'dragover', { dataTransfer: transfer });
  await keep(page, 'upload-dragged');
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
}

/** A picture out of the clipboard. */
const paste = (page) =>
  page.evaluate(() => {
    const data = new DataTransfer();
    data.items.add(new File(['picture'], 'image.png', { type: 'image/png' }));
    document.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  });

await journey(async (browser) => {
  const request = await ask({
    title: 'Scans of November, with everything that belongs to them, as we discussed on the telephone',
    message: 'Dear Anna,\n\nplease send the <b>scans</b> of Tuesday.\n\nKind regards',
    max_files: 6,
    max_bytes: 8_000_000,
    max_uses: 2,
  });
  await visitor(browser, { locale: 'en-GB' }, async (page, context, tolerate) => {
    // Who only looks: a scanner of links, with and without scripts.
    for (const method of ['HEAD', 'GET']) assert.equal((await fetch(request.url, { method })).status, 200);
    await page.goto(request.url);
    await page.getByRole('heading', { name: /^Scans of November/ }).waitFor();
    assert.match(await page.title(), /^Scans of November.* – Demo$/);
    assert.equal((await call('GET', `/api/v1/requests/${request.id}`)).request.uses, 0);
    assert.deepEqual(await context.cookies(), [], 'nobody is asked to sign in');
    await page.getByText('<b>scans</b>').waitFor();
    await look(page, 'asked');

    // What is missing is said next to its field, the first of which has the focus.
    await button(page, 'Continue').click();
    await page.getByText('Say who you are.').waitFor();
    await page.getByText('This is no e-mail address yet.').waitFor();
    await page.locator(':focus[aria-invalid="true"]').waitFor();
    await look(page, 'who-missing');
    await begin(page, request, { name: 'Anna Beispiel', email: 'anna@example.org' });
    await page.locator(':focus').and(page.getByText('Choose your files', { exact: true })).waitFor();
    await button(page, 'Send').click();
    await page.getByText('Choose at least one file.').waitFor();
    await look(page, 'no-files');

    // Chosen, dropped, pasted; what is too much is not taken, and nothing of it leaves the device.
    await choose(page, [order.file]);
    await drop(page, [{ name: 'letter.txt', text: 'Dear all' }, { name: `${LONG}.txt`, text: 'long' }]);
    await paste(page);
    await page.getByText(/^image \d{4}-\d\d-\d\d \d{6}\.png$/).waitFor();
    await choose(page, [order.file, order.large]);
    await page.getByText('2 files are not taken:').waitFor();
    await page.getByText('it is in the list already.').waitFor();
    await page.getByText(/it is larger than the|would be larger than/).waitFor();
    await look(page, 'refused');
    await button(page, 'Understood').click();
    // One is empty, and has a name that is no markup; the last one is too many.
    await drop(page, ['<img src=x onerror=alert(1)> \u05d3\u05d5\u05d7', '2', '3'].map((name) => ({ name: `${name}.txt`, text: name === '2' ? 'x' : '' })));
    await page.getByText('no more than 6 files are taken.').waitFor();
    await button(page, 'Understood').click();
    // What was just being written is held for a moment, and asked for again.
    tolerate(/\/api\/v1\/uploads\/[^/]+$/, 423);
    await button(page, 'Remove 2.txt').click();
    await page.getByText('5 files,').waitFor();
    await page.getByText('Everything has arrived.').waitFor();
    await look(page, 'arrived');

    // On its way, slowly enough to be looked at: progress for each and all, a pause, and sent when all is there.
    const speed = await line(context, page);
    await speed(60_000);
    await choose(page, [order.slow]);
    await page.getByText(/left$/).waitFor();
    await button(page, 'Send').click();
    await page.getByText('It is sent as soon as all files have arrived.').waitFor();
    await keep(page, 'upload-moving');
    await button(page, 'Pause').click();
    await button(page, 'Go on').waitFor();
    await look(page, 'paused');
    await speed(-1);
    await button(page, 'Go on').click();

    await page.getByRole('heading', { name: 'Your files have arrived' }).waitFor();
    await page.locator(':focus').and(page.getByText('Your files have arrived', { exact: true })).waitFor();
    await page.getByText(/CRC-32 [0-9A-F]{8}/).first().waitFor();
    await look(page, 'receipt');
    const [arrived] = await cameIn(request);
    assert.equal(arrived.files.length, 6);
    assert.deepEqual(arrived.uploads, []);
    assert.ok(arrived.files.some(({ name, size }) => name === `${LONG}.txt` && size === 4));
    assert.ok(arrived.files.some(({ name, size }) => name.startsWith('<img src=x') && size === 0));
    const sent = arrived.files.find(({ size }) => size === readFileSync(order.file).length);
    await page.getByText(sent.crc32.toString(16).padStart(8, '0').toUpperCase()).waitFor();

    // The right to send is not kept any longer; what was sent is.
    const grants = () =>
      page.evaluate(async () => {
        const asked = indexedDB.open('sealpost', 1);
        const database = await new Promise((done) => { asked.onsuccess = () => done(asked.result); });
        const notes = database.transaction('transfers').objectStore('transfers').getAll();
        await new Promise((done) => { notes.onsuccess = done; });
        return JSON.stringify(notes.result);
      });
    assert.doesNotMatch(await grants(), /sb_/);
    await page.reload();
    await page.getByRole('heading', { name: 'Your files have arrived' }).waitFor();
    for (const language of ['de', 'nl']) {
      await page.getByRole('banner').getByRole('combobox').selectOption(language);
      await page.waitForFunction((wanted) => document.documentElement.lang === wanted, language);
      await look(page, `receipt-${language}`);
    }
    await page.getByRole('banner').getByRole('combobox').selectOption('en');

    // The link takes one more; then it is used up, and the last receipt can be taken out of the browser.
    await button(page, 'Send more files').click();
    await page.getByLabel('Your name').waitFor();
    for (const language of ['de', 'nl']) {
      await page.getByRole('banner').getByRole('combobox').selectOption(language);
      await page.waitForFunction((wanted) => document.documentElement.lang === wanted, language);
      await look(page, `asked-${language}`);
    }
    await page.getByRole('banner').getByRole('combobox').selectOption('en');
    await page.getByLabel('Your name').fill('Anna Beispiel');
    await page.getByLabel('Your e-mail address').fill('anna@example.org');
    await button(page, 'Continue').click();
    await choose(page, [order.file]);
    await button(page, 'Send').click();
    await page.getByRole('heading', { name: 'Your files have arrived' }).waitFor();
    assert.equal(await takes(request), false);
    await button(page, 'Remove from this browser').click();
    await page.getByText('The receipt is removed from this browser.').waitFor();
    tolerate(/\/api\/v1\/requests\/open$/);
    await page.reload();
    await page.getByRole('heading', { name: 'This link takes no files' }).waitFor();
    await look(page, 'over');
  });

  // Another one hears the same of it as of a link that never was.
  await visitor(browser, { locale: 'de-DE' }, async (page, _, tolerate) => {
    tolerate(/\/api\/v1\/requests\/open$/);
    for (const url of [request.url, `${order.base_url}/r/${'A'.repeat(43)}`]) {
      await page.goto(url);
      await page.getByRole('heading', { name: 'Dieser Link nimmt keine Dateien an' }).waitFor();
    }
    await look(page, 'over-de');
  });
});
