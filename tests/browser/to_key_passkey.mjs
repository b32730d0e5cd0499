// What an outsider has sealed is opened by a passkey, also when the pair was replaced meanwhile. Where there is no passkey, or one that makes no
// keys, that is said, and the passphrase opens it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import {
  addPasskey, arriveAtKeys, button, call, device, mailedLink, makePair, PASSPHRASE, saveAll, sendIn, writeTwice,
} from './key_steps.mjs';
import { lookAt } from './look.mjs';
import { journey, order, visitor } from './support.mjs';

const names = order.files.map((path) => basename(path));
const CANNOT = 'This passkey, or this browser, can sign in but cannot open keys. Use the passphrase.';

/** Comes to where the key is asked for. */
async function arriveAt(page, link) {
  await page.goto(link);
  await button(page, 'Go on').click();
  await page.getByText('This is sealed to your key:').waitFor();
}

/** All that is inside is what was sent. */
async function assertInside(page) {
  await page.getByText(names[0]).first().waitFor();
  await saveAll(page, names);
  for (const [at, path] of order.files.entries())
    assert.ok(readFileSync(path).equals(readFileSync(join(order.folder, names[at]))), `${names[at]} is what was sent`);
}

await journey((browser) =>
  visitor(browser, { locale: 'en-GB' }, async (page, context, tolerate) => {
    tolerate(/\/api\/v1\/addin\/bootstrap$/);
    const able = await device(page);
    await arriveAtKeys(page);
    await addPasskey(page);
    await page.goto(`${order.base_url}/account/keys`);
    await makePair(page);
    await button(page, 'Passkeys that open it').click();
    await button(page, 'Let a passkey open it').click();
    await page.getByText('A passkey opens your key from now on.').waitFor();
    const { url } = await call(page, 'POST', '/api/v1/requests', { title: 'Scans', mode: 'zero_knowledge' });
    await sendIn(browser, url, order.files);
    const { link } = await mailedLink();

    await arriveAt(page, link);
    await button(page, 'Use a passkey').click();
    await assertInside(page);
    await lookAt(page, 'from-key-passkey-inside');

    // Another pair counts by now, which no passkey opens; the earlier one still opens by it.
    await page.goto(`${order.base_url}/account/keys`);
    await button(page, 'Replace the key pair').click();
    await writeTwice(page, `${PASSPHRASE} kamin`, 'Replace the key pair');
    await page.getByText('Your new key pair counts from now on.').waitFor();
    await arriveAt(page, link);
    await page.getByText('It takes an earlier key pair of yours').waitFor();
    await lookAt(page, 'from-key-passkey-earlier');
    await button(page, 'Use a passkey').click();
    await assertInside(page);

    // Another device has no passkey; then it has that one, and makes no keys of it.
    const { credentials } = await able('getCredentials');
    assert.equal(credentials.length, 1);
    const other = await context.newPage();
    const unable = await device(other, { hasPrf: false });
    await arriveAt(other, link);
    await button(other, 'Use a passkey').click();
    await other.getByText('No passkey was shown. Try again, or use the passphrase.').waitFor();
    await lookAt(other, 'from-key-passkey-none');
    await unable('addCredential', { credential: credentials[0] });
    await button(other, 'Use a passkey').click();
    await other.getByText(CANNOT).waitFor();
    await lookAt(other, 'from-key-passkey-cannot');
    await other.getByLabel('Passphrase of your key').fill(PASSPHRASE);
    await button(other, 'Open').click();
    await assertInside(other);
    await other.goto(`${order.base_url}/account/keys`);
    await button(other, 'Passkeys that open it').click();
    await other.getByLabel('Passphrase of your key').fill(`${PASSPHRASE} kamin`);
    await button(other, 'Go on').click();
    await button(other, 'Let a passkey open it').click();
    await other.getByText(CANNOT).waitFor();
    await lookAt(other, 'keys-passkey-cannot');
  }),
);
