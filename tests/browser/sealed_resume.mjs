// What is sealed goes on: after a cut in the middle of a part, an answer that was lost, a page that was closed while a part went; and what has
// changed meanwhile is noticed, and begins anew.
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { button, choose, line, links, sealHere, sent, tell } from './sealed_steps.mjs';
import { addRecipient, arrive, look } from './sender_steps.mjs';
import { journey, order, visitor } from './support.mjs';

const ANNA = 'anna@example.org';
/** Bytes in a second: slow enough to act while a part goes. */
const SLOW = 4_000_000;
const name = basename(order.large);

/** Where bodies began that the service has acknowledged. */
function watched(page) {
  const stored = [];
  page.on('response', (answer) => {
    if (answer.request().method() === 'PATCH' && answer.status() === 204) stored.push(answer.request().headers()['upload-offset']);
  });
  return stored;
}

/** Waits for so many parts of what is sent now. */
async function parts(stored, count) {
  for (let waited = 0; stored.length < count; waited += 50) {
    assert.ok(waited < 60_000, `${stored.length} parts of ${count}`);
    await setTimeout(50);
  }
}

await journey((browser) =>
  visitor(browser, { locale: 'en-GB' }, async (page, context, tolerate) => {
    // What is cut or reloaded does not arrive; and another writer may be there still.
    tolerate(/\/api\/v1\//);
    page.on('dialog', (dialog) => dialog.accept());
    let given = [];
    page.on('filechooser', (chooser) => chooser.setFiles(given));
    const throttle = await line(page);
    const outcome = {};
    const stored = watched(page);
    const begin = async (files, protection) => {
      await addRecipient(page, ANNA);
      await choose(page, files);
      await page.getByLabel('What recipients must show').selectOption({ label: protection });
      await sealHere(page);
      await button(page, 'Send').click();
    };
    await arrive(page);

    // Cut in the middle of the second part; a pause; and an answer that is lost after the service has stored the last one.
    await throttle(SLOW);
    await begin([order.large], 'Nothing but the link');
    await parts(stored, 1);
    await setTimeout(700);
    await context.setOffline(true);
    await page.getByText('broken off, trying again').waitFor();
    await context.setOffline(false);
    await throttle(SLOW);
    await parts(stored, 2);
    await button(page, 'Pause').click();
    await page.getByRole('heading', { name: 'Paused' }).waitFor();
    await look(page, 'sealed-paused');
    await page.evaluate(() => {
      // The service hears all of it, and the page hears nothing of that.
      const { send } = XMLHttpRequest.prototype;
      XMLHttpRequest.prototype.send = function (body) {
        if (!(body instanceof Uint8Array)) return send.call(this, body);
        XMLHttpRequest.prototype.send = send;
        const status = Object.getOwnPropertyDescriptor(XMLHttpRequest.prototype, 'status');
        Object.defineProperty(this, 'status', { get: () => (status.get.call(this) === 204 ? 0 : status.get.call(this)) });
        return send.call(this, body);
      };
    });
    await throttle(-1);
    await button(page, 'Go on').click();
    await sent(page);
    outcome.cut = { link: (await links(page))[ANNA], file: order.large, name };
    assert.deepEqual(stored, ['0', '8396872', '16793744'], 'each part is stored once');

    // Closed while the second part goes. It is offered, and goes on with the same files; another one is not taken for it.
    await button(page, 'New transfer').click();
    await throttle(SLOW);
    await page.getByLabel('Subject').fill('Broken off');
    await begin([order.large, order.letter], 'A password');
    // One of each.
    await parts(stored, 5);
    await setTimeout(500);
    await page.reload();
    await page.getByText('You have begun a transfer that was not sent: Broken off.').waitFor();
    await button(page, 'Go on').click();
    await page.getByText('8.4 MB of it have arrived.').waitFor();
    await look(page, 'sealed-missing');
    const elsewhere = join(order.home, 'elsewhere');
    mkdirSync(elsewhere);
    const other = readFileSync(order.large);
    other[1_000_000] ^= 1;
    writeFileSync(join(elsewhere, name), other);
    given = [join(elsewhere, name)];
    await button(page, `Choose again: ${name}`).click();
    await page.getByText(/This is not the file that was begun/).waitFor();
    given = [order.large];
    await throttle(-1);
    await button(page, `Choose again: ${name}`).click();
    await sent(page);
    const password = await page.locator('code').first().textContent();
    outcome.closed = { link: (await links(page))[ANNA], password, file: order.large, name };
    await page.reload();
    await page.getByRole('heading', { name: 'New transfer' }).waitFor();
    await page.waitForLoadState('networkidle');
    assert.equal(await page.getByText('You have begun a transfer').count(), 0, 'what was sent is not offered');
    const left = await page.evaluate(
      () =>
        new Promise((done) => {
          indexedDB.open('sealpost-sealed').onsuccess = ({ target }) => {
            const transaction = target.result.transaction(['uploads', 'parts', 'secrets']);
            const counts = ['uploads', 'parts', 'secrets'].map((store) => transaction.objectStore(store).count());
            transaction.oncomplete = () => done(counts.map(({ result }) => result));
          };
        }),
    );
    assert.deepEqual(left, [0, 0, 2], 'what was sent leaves the second part of its links, and nothing that seals');

    // Changed on the device while it goes: said, and sealed anew under another key.
    const changing = join(order.home, 'changing.bin');
    copyFileSync(order.large, changing);
    await throttle(SLOW);
    stored.length = 0;
    await begin([changing], 'Nothing but the link');
    await parts(stored, 1);
    writeFileSync(changing, other);
    await page.getByText(/was changed, moved or removed on your device/).waitFor();
    await look(page, 'sealed-changed');
    await throttle(-1);
    given = [changing];
    await button(page, 'Choose again: changing.bin').click();
    await sent(page);
    outcome.replaced = { link: (await links(page))[ANNA], file: changing, name: 'changing.bin' };

    // Begun and not wanted any more: nothing of it is kept.
    await button(page, 'New transfer').click();
    await throttle(SLOW);
    stored.length = 0;
    await begin([order.large], 'Nothing but the link');
    await parts(stored, 1);
    await button(page, 'Cancel and go back').click();
    await page.getByRole('radio', { name: /^Seal it here/ }).waitFor();
    await page.waitForLoadState('networkidle');
    await throttle(-1);
    await page.reload();
    await page.getByRole('heading', { name: 'New transfer' }).waitFor();
    await page.waitForLoadState('networkidle');
    assert.equal(await page.getByText('You have begun a transfer').count(), 0, 'what was thrown away is not offered');
    tell(outcome);
  }),
);
