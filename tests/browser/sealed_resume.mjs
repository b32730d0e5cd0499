// What is sealed goes on: after a cut in the middle of a part, an answer that was lost, a page that was closed while a part went; and what has
// changed meanwhile is noticed, and begins anew.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { brittle, broken, button, choose, line, links, mend, sealHere, sent, strike, tell } from './sealed_steps.mjs';
import { addRecipient, arrive, look } from './sender_steps.mjs';
import { journey, order, visitor } from './support.mjs';

const ANNA = 'anna@example.org';
/** Bytes in a second: slow enough to be cut in the middle of a part. */
const SLOW = 1_000_000;
const name = basename(order.large);

/** Where bodies began that the service has acknowledged. */
function watched(page) {
  const stored = [];
  page.on('response', (answer) => {
    if (answer.request().method() === 'PATCH' && answer.status() === 204) stored.push(answer.request().headers()['upload-offset']);
  });
  return stored;
}

await journey((browser) =>
  visitor(browser, { locale: 'en-GB' }, async (page, _, tolerate) => {
    // What is cut or reloaded does not arrive; and another writer may be there still.
    tolerate(/\/api\/v1\//);
    page.on('dialog', (dialog) => dialog.accept());
    let given = [];
    page.on('filechooser', (chooser) => chooser.setFiles(given));
    await brittle(page);
    const throttle = await line(page);
    const outcome = {};
    const stored = watched(page);
    /** Sends so that the line breaks as `plan` says. */
    const begin = async (files, protection, plan) => {
      await addRecipient(page, ANNA);
      await choose(page, files);
      await page.getByLabel('What recipients must show').selectOption({ label: protection });
      await sealHere(page);
      await strike(page, plan);
      await throttle(SLOW);
      await button(page, 'Send').click();
      await broken(page);
      await throttle(-1);
    };
    await arrive(page);

    // Cut in the middle of the second part; a pause; and the last answer is lost after the service has stored that part.
    await begin([order.large], 'Nothing but the link', { cut: 2, lose: 4 });
    await button(page, 'Pause').click();
    await page.getByRole('heading', { name: 'Paused' }).waitFor();
    await look(page, 'sealed-paused');
    await mend(page);
    await button(page, 'Go on').click();
    await broken(page);
    await mend(page);
    await sent(page);
    outcome.cut = { link: (await links(page))[ANNA], file: order.large, name };
    for (let waited = 0; stored.length < 3 && waited < 30_000; waited += 50) await setTimeout(50);
    assert.deepEqual(stored, ['0', '8396872', '16793744'], 'each part is stored once');

    // Closed while the second part goes. It is offered, and goes on with the same files; another one is not taken for it.
    await button(page, 'New transfer').click();
    await page.getByLabel('Subject').fill('Broken off');
    await begin([order.large, order.letter], 'A password', { cut: 3 });
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
    await button(page, `Choose again: ${name}`).click();
    await sent(page);
    const password = await page.locator('code').first().textContent();
    outcome.closed = { link: (await links(page))[ANNA], password, file: order.large, name };

    // Closed after the service has stored a part, and before it could say so: that part counts, and is not sealed again.
    await button(page, 'New transfer').click();
    await begin([order.large], 'Nothing but the link', { lose: 2 });
    await page.reload();
    await button(page, 'Go on').click();
    await page.getByText('16.8 MB of it have arrived.').waitFor();
    stored.length = 0;
    await button(page, `Choose again: ${name}`).click();
    await sent(page);
    outcome.unheard = { link: (await links(page))[ANNA], file: order.large, name };
    for (let waited = 0; stored.length < 1 && waited < 30_000; waited += 50) await setTimeout(50);
    assert.deepEqual(stored, ['16793744'], 'only the last part is missing');

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
    assert.deepEqual(left, [0, 0, 3], 'what was sent leaves the second part of its links, and nothing that seals');

    // Changed on the device while it goes: said, and sealed anew under another key.
    const changing = join(order.home, 'changing.bin');
    writeFileSync(changing, randomBytes(30_000_000));
    await begin([changing], 'Nothing but the link', { cut: 2 });
    writeFileSync(changing, randomBytes(30_000_000));
    await mend(page);
    await page.getByText(/was changed, moved or removed on your device/).waitFor();
    await look(page, 'sealed-changed');
    given = [changing];
    await button(page, 'Choose again: changing.bin').click();
    await sent(page);
    outcome.replaced = { link: (await links(page))[ANNA], file: changing, name: 'changing.bin' };

    // Begun and not wanted any more: nothing of it is kept.
    await button(page, 'New transfer').click();
    await begin([order.large], 'Nothing but the link', { cut: 2 });
    await button(page, 'Cancel and go back').click();
    await page.getByRole('radio', { name: /^Seal it here/ }).waitFor();
    await page.waitForLoadState('networkidle');
    await page.reload();
    await page.getByRole('heading', { name: 'New transfer' }).waitFor();
    await page.waitForLoadState('networkidle');
    assert.equal(await page.getByText('You have begun a transfer').count(), 0, 'what was thrown away is not offered');
    tell(outcome);
  }),
);
