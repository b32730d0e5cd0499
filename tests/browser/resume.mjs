// A sender whose page was closed while his files went: he is asked for the same files again, and it goes on from there. What
// is removed while it goes is not sent.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { addRecipient, arrive, chooseFile, look } from './sender_steps.mjs';
import { journey, order, visitor } from './support.mjs';

const button = (page, name) => page.getByRole('button', { name, exact: true });
const post = async (path, body) => {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${order.base_url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  return answer.json();
};
const hash = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** What a recipient gets: the hashes of the files, by name. */
async function received(link, password) {
  const verified = await post('/api/v1/links/verify', { token: link.split('/').at(-1), password });
  const { id, files } = verified.delivery;
  const found = {};
  for (const file of files) {
    const url = `${order.base_url}/api/v1/deliveries/${id}/files/${file.id}/content`;
    const answer = await fetch(url, { headers: { authorization: `Bearer ${verified.grant}` } });
    found[file.name] = hash(Buffer.from(await answer.arrayBuffer()));
  }
  return found;
}

await journey((browser) =>
  visitor(browser, { locale: 'en-GB' }, async (page, context, tolerate) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    // Nobody is signed in at first; and what a reload breaks off does not arrive.
    tolerate(/\/api\/v1\/(addin\/bootstrap$|uploads\/|transfers\/)/);
    // The browser asks whether the page may be left.
    page.on('dialog', (dialog) => dialog.accept());
    let given = [];
    page.on('filechooser', (chooser) => chooser.setFiles(given));
    const devtools = await context.newCDPSession(page);
    await devtools.send('Network.enable');
    const line = (bytes) =>
      devtools.send('Network.emulateNetworkConditions', {
        offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: bytes,
      });

    await arrive(page);
    await addRecipient(page, 'anna@example.org');
    await chooseFile(page);
    // Large enough not to arrive before the page is closed.
    const second = join(dirname(order.file), 'second.bin');
    writeFileSync(second, randomBytes(2_000_000));
    await page.locator('input[type=file]').first().setInputFiles(second);
    await page.getByLabel('Subject').fill('<b>Broken off</b>');
    await page.getByLabel('What recipients must show').selectOption({ label: 'A password' });
    await line(400_000);
    await button(page, 'Send').click();
    await page.getByText(/left$/).waitFor();

    // Closed in the middle. It is offered, and only to whom it belongs.
    await page.reload();
    await page.getByText('You have begun a transfer that was not sent: <b>Broken off</b>.').waitFor();
    await look(page, 'begun');

    // A tab that goes on has it alone.
    await button(page, 'Go on').click();
    await page.getByText(/Choose the same files again: they are compared/).waitFor();
    const another = await context.newPage();
    await another.goto(`${order.base_url}/`);
    await another.getByRole('heading', { name: 'New transfer' }).waitFor();
    await another.waitForLoadState('networkidle');
    assert.equal(await another.getByText('You have begun a transfer').count(), 0);
    await another.close();
    await look(page, 'missing');

    // Another file of the same name is not taken for it; the same ones go on.
    const name = basename(order.file);
    const elsewhere = join(dirname(order.file), 'elsewhere');
    mkdirSync(elsewhere, { recursive: true });
    writeFileSync(join(elsewhere, name), 'Dear Anna,');
    given = [join(elsewhere, name), second];
    await button(page, 'Choose files').click();
    await page.getByText(/This is not the file that was begun/).waitFor();
    await look(page, 'other-file');
    await line(-1);
    given = [order.file];
    await button(page, `Choose again: ${name}`).click();

    // Sent whole, with the password that was made up before the page was closed.
    await page.getByRole('heading', { name: 'Sent', exact: true }).waitFor();
    const password = await page.locator('code').first().textContent();
    const link = await page.locator('code').last().textContent();
    const names = { [name]: order.file, 'second.bin': second };
    const expected = Object.fromEntries(Object.entries(names).map(([file, path]) => [file, hash(readFileSync(path))]));
    const found = await received(link, password);
    assert.deepEqual(Object.fromEntries(Object.entries(found).map(([path, sum]) => [basename(path), sum])), expected);
    await page.reload();
    await page.getByRole('heading', { name: 'New transfer' }).waitFor();
    await page.waitForLoadState('networkidle');
    assert.equal(await page.getByText('You have begun a transfer').count(), 0, 'what was sent is not offered');

    // Removed while it goes: the rest is sent without it.
    await addRecipient(page, 'bert@example.org');
    await chooseFile(page);
    await page.locator('input[type=file]').last().setInputFiles(order.folder);
    await line(200_000);
    await button(page, 'Send').click();
    await page.getByText(/left$/).waitFor();
    await button(page, `Remove ${name}`).click();
    await line(-1);
    await page.getByRole('heading', { name: 'Sent', exact: true }).waitFor();
    const rest = await received(await page.locator('code').last().textContent(), undefined);
    assert.deepEqual(Object.values(rest), [hash(readFileSync(join(order.folder, '2026', 'letter.txt')))]);

    // Broken off and not wanted any more.
    await button(page, 'New transfer').click();
    await addRecipient(page, 'carl@example.org');
    await chooseFile(page);
    await line(100_000);
    await button(page, 'Send').click();
    await page.getByText(/left$/).waitFor();
    await page.reload();
    await button(page, 'Throw away').click();
    await page.getByRole('alertdialog').waitFor();
    await look(page, 'throw-away');
    await page.getByRole('alertdialog').getByRole('button', { name: 'Throw away' }).click();
    await page.getByText('You have begun a transfer').waitFor({ state: 'detached' });
    await line(-1);
    await page.reload();
    await page.getByRole('heading', { name: 'New transfer' }).waitFor();
    await page.waitForLoadState('networkidle');
    assert.equal(await page.getByText('You have begun a transfer').count(), 0, 'what was thrown away is not offered');
  }),
);
