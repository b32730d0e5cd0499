// Somebody makes a key pair, which a weak passphrase does not lock; changes its passphrase; lets a passkey open it; and replaces it.
import assert from 'node:assert/strict';

import { addPasskey, button, device, fingerprint, makePair, PASSPHRASE, signIn, writeTwice } from './key_steps.mjs';
import { lookAt } from './look.mjs';
import { follow, journey, order, visitor } from './support.mjs';

const ANOTHER = 'birne nebel kamin quitte laterne';

await journey(async (browser) => {
  await visitor(browser, { locale: 'en-GB' }, async (page, context, tolerate) => {
    tolerate(/\/api\/v1\/addin\/bootstrap$/);
    await device(page);
    await page.goto(`${order.base_url}/signin?tenant=demo`);
    await signIn(page);
    await addPasskey(page);
    await page.goto(`${order.base_url}/account`);
    await follow(page, () => page.getByRole('link', { name: 'Your keys and those of your teams' }).click());
    await page.getByText('You have no key pair yet.').waitFor();
    await lookAt(page, 'keys-none');

    // What is easily guessed, or not twice the same, locks nothing.
    await writeTwice(page, 'password1234', 'Make the key pair');
    await page.getByText('Too easy to guess: add words.').waitFor();
    await page.getByLabel('New passphrase').fill(PASSPHRASE);
    await button(page, 'Make the key pair').click();
    await page.getByText('The two are not the same.').waitFor();
    await lookAt(page, 'keys-faults');
    // One that is made up is shown, and can be copied.
    await button(page, 'Make one up').click();
    await page.getByText('Keep this, best in a password manager:').waitFor();
    await lookAt(page, 'keys-made-up');
    await button(page, 'Write one yourself').click();
    const first = await makePair(page);
    assert.match(first, /^([0-9a-f]{4}-){7}[0-9a-f]{4}$/);
    await lookAt(page, 'keys-made');

    // Another passphrase: what was opened on this page need not be opened again, what was not has to be.
    await page.reload();
    await button(page, 'Change the passphrase').click();
    await page.getByLabel('Passphrase of your key').fill(ANOTHER);
    await button(page, 'Go on').click();
    await page.getByText('This passphrase does not open your key.').waitFor();
    await lookAt(page, 'keys-wrong');
    await page.getByLabel('Passphrase of your key').fill(PASSPHRASE);
    await button(page, 'Go on').click();
    await writeTwice(page, ANOTHER, 'Change the passphrase');
    await page.getByText('The passphrase is changed.').waitFor();
    assert.equal(await fingerprint(page), first, 'the pair is the same');

    // A passkey beside it.
    await button(page, 'Passkeys that open it').click();
    await button(page, 'Let a passkey open it').click();
    await page.getByText('A passkey opens your key from now on.').waitFor();
    await lookAt(page, 'keys-passkey');
    await page.reload();
    await button(page, 'Passkeys that open it').click();
    await button(page, 'Use a passkey').click();
    await page.getByRole('button', { name: /^Stop “/ }).waitFor();
    await page.getByRole('button', { name: /^Stop “/ }).click();
    await page.getByText('The passkey opens your key no more.').waitFor();
    await button(page, 'Done').click();

    // Another pair: which one goes is said, and it stays as long as it is needed.
    await button(page, 'Replace the key pair').click();
    await page.getByText('This is the one that is replaced:').waitFor();
    await lookAt(page, 'keys-replace');
    // Somebody else was faster: told, and nothing was replaced.
    const other = await context.newPage();
    await other.goto(`${order.base_url}/account/keys`);
    await button(other, 'Replace the key pair').click();
    await writeTwice(other, PASSPHRASE, 'Replace the key pair');
    await other.getByText('Your new key pair counts from now on.').waitFor();
    const second = await fingerprint(other);
    assert.notEqual(second, first);
    await other.close();
    tolerate(/\/api\/v1\/account\/key-pairs$/, 409);
    await writeTwice(page, ANOTHER, 'Replace the key pair');
    await page.getByText('A key was changed meanwhile').waitFor();
    await page.locator('section[aria-labelledby=own] dd code', { hasText: second }).waitFor();
    await lookAt(page, 'keys-changed');
    // In the other languages.
    for (const [language, title] of [['de', 'Ihr Schlüsselpaar'], ['nl', 'Uw sleutelpaar']]) {
      await page.locator('header select').selectOption(language);
      await page.getByRole('heading', { name: title }).waitFor();
      await lookAt(page, `keys-${language}`);
    }
  });
});
