// A sender from signing in to what became of it: a list of recipients, a refusal with its reason, files and a folder, a
// password made up, progress with a pause, links; then who has fetched it, blocking, extending, deleting.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { addRecipient, arrive, chooseFile, look } from './sender_steps.mjs';
import { journey, keep, order, visitor } from './support.mjs';

const button = (page, name) => page.getByRole('button', { name, exact: true });
const post = (path, body, headers = {}) =>
  fetch(`${order.base_url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

/** A recipient fetches the first file with link and password. */
async function fetchFirst(link, password) {
  const token = link.split('/').at(-1);
  const verified = await (await post('/api/v1/links/verify', { token, password })).json();
  const { id, files } = verified.delivery;
  const names = files.map((file) => file.name).sort();
  const file = files.find((one) => one.name.endsWith('.dcm'));
  const url = `${order.base_url}/api/v1/deliveries/${id}/files/${file.id}/content`;
  const answer = await fetch(url, { headers: { authorization: `Bearer ${verified.grant}` } });
  return { names, bytes: Buffer.from(await answer.arrayBuffer()) };
}

await journey((browser) =>
  visitor(browser, { locale: 'en-GB' }, async (page, context, tolerate) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    // Nobody is signed in at first; and a rule refuses somebody.
    tolerate(/\/api\/v1\/(addin\/bootstrap|transfers)$/);
    await arrive(page);
    await page.getByRole('heading', { name: 'New transfer' }).waitFor();
    await look(page, 'empty');

    // Nothing is sent that is not complete, and the first field in which something is missing has the focus.
    await button(page, 'Send').click();
    await page.getByText('Say to whom it is sent.').waitFor();
    await page.getByText('Choose at least one file.').waitFor();
    await page.locator(':focus[aria-invalid="true"]').waitFor();
    await look(page, 'incomplete');

    // Whom: what is no address is told at once; a list is pasted.
    await addRecipient(page, 'anna@example');
    await page.getByText(/No e-mail address: anna@example/).waitFor();
    await look(page, 'wrong-address');
    await button(page, 'Remove anna@example').click();
    await page.evaluate(() => navigator.clipboard.writeText('Anna Beispiel <anna@example.org>; eve@rival.example'));
    await page.getByLabel(/^Recipients/).focus();
    await page.keyboard.press('Control+V');
    await page.getByText('eve@rival.example').waitFor();

    // What: a file, and a folder with what is in it.
    await chooseFile(page);
    await page.locator('input[type=file]').last().setInputFiles(order.folder);
    await page.getByText('Scans/2026/letter.txt').waitFor();
    await page.getByLabel('Subject').fill('Your scans, confidential');
    await page.getByText('This looks confidential').waitFor();
    await page.getByLabel('Message').fill('Dear Anna,\n\nhere they are.');
    await page.getByLabel('What recipients must show').selectOption({ label: 'A password' });
    await look(page, 'written');

    // A rule refuses one of them: the reason stands next to the field, and nothing is lost.
    await button(page, 'Send').click();
    await page.getByText('eve@rival.example: Not to competitors. Ask the legal department.').waitFor();
    await look(page, 'refused');
    await button(page, 'Remove eve@rival.example').click();

    // On its way, slowly enough to be looked at.
    const devtools = await context.newCDPSession(page);
    await devtools.send('Network.enable');
    const line = (bytes) =>
      devtools.send('Network.emulateNetworkConditions', {
        offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: bytes,
      });
    await line(150_000);
    // Paused while the file is read: a request that was opened by then would go without its headers, and be refused.
    await page.evaluate(() => {
      const { arrayBuffer } = Blob.prototype;
      const held = new Promise((done) => {
        window.readOn = done;
      });
      Blob.prototype.arrayBuffer = async function () {
        window.isReading = true;
        await held;
        return arrayBuffer.call(this);
      };
    });
    await button(page, 'Send').click();
    await page.getByRole('heading', { name: 'Uploading' }).waitFor();
    await page.waitForFunction(() => window.isReading);
    await button(page, 'Pause').click();
    await page.getByRole('heading', { name: 'Paused' }).waitFor();
    await page.evaluate(() => window.readOn());
    await button(page, 'Go on').click();
    await page.getByText(/left$/).waitFor();
    await keep(page, 'sender-uploading');
    await button(page, 'Pause').click();
    await page.getByRole('heading', { name: 'Paused' }).waitFor();
    await look(page, 'paused');
    await line(-1);
    await button(page, 'Go on').click();

    // Sent: the password this once, and the link.
    await page.getByRole('heading', { name: 'Sent' }).waitFor();
    await look(page, 'links');
    await button(page, 'Copy the password').click();
    const password = await page.evaluate(() => navigator.clipboard.readText());
    assert.ok(password.length >= 16, password);
    await button(page, 'Copy the link of anna@example.org').click();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(link, new RegExp(`^${order.base_url}/t/`));
    const fetched = await fetchFirst(link, password);
    assert.equal(fetched.names.length, 2);
    const hash = (bytes) => createHash('sha256').update(bytes).digest('hex');
    assert.equal(hash(fetched.bytes), hash(readFileSync(order.file)), 'what arrives is what was sent');

    // What became of it.
    await page.getByRole('link', { name: 'My transfers' }).click();
    await page.getByRole('heading', { name: 'My transfers' }).waitFor();
    await page.getByText('1 of 1 recipient has fetched it').waitFor();
    await look(page, 'list');
    await page.getByRole('link', { name: 'Your scans, confidential' }).click();
    await page.getByText('Fetched', { exact: true }).waitFor();
    await look(page, 'detail');
    const opens = async () => (await post('/api/v1/links/open', { token: link.split('/').at(-1) })).status;
    await button(page, 'Block anna@example.org').click();
    await button(page, 'Unblock anna@example.org').waitFor();
    assert.equal(await opens(), 404);
    await button(page, 'Unblock anna@example.org').click();
    await button(page, 'Block anna@example.org').waitFor();
    assert.equal(await opens(), 200);
    await button(page, 'Block the transfer').click();
    await button(page, 'Unblock the transfer').waitFor();
    assert.equal(await opens(), 404);
    await look(page, 'blocked');
    await button(page, 'Unblock the transfer').click();
    await button(page, 'Block the transfer').waitFor();
    const end = page.getByText(/Available until/).filter({ visible: true });
    const before = await end.textContent();
    await page.getByLabel('Available from now for').selectOption({ label: '3 days' });
    await button(page, 'Change the end').click();
    await end.filter({ hasNotText: before }).waitFor();

    // A reload is here again. In other languages, too.
    await page.reload();
    await page.getByRole('heading', { name: 'Your scans, confidential' }).waitFor();
    for (const [language, title] of [['de', 'Meine Sendungen'], ['nl', 'Mijn verzendingen']]) {
      await page.getByRole('banner').getByRole('combobox').selectOption(language);
      await page.getByRole('link', { name: title }).waitFor();
      assert.equal(await page.getAttribute('html', 'lang'), language);
      await look(page, `detail-${language}`);
      await page.goto(`${order.base_url}/`);
      await page.locator('h1').filter({ visible: true }).waitFor();
      await look(page, `empty-${language}`);
      await page.goBack();
    }
    await page.getByRole('banner').getByRole('combobox').selectOption('en');

    // Gone, after a question.
    await button(page, 'Delete now').click();
    await page.getByRole('alertdialog').waitFor();
    await look(page, 'delete');
    await button(page, 'Keep it').click();
    await button(page, 'Delete now').click();
    // What is removed is gone, which the page asks for.
    tolerate(/\/api\/v1\/transfers\/[\w-]{36}$/);
    await button(page, 'Delete for good').click();
    await page.getByRole('heading', { name: 'Removed' }).waitFor();
    assert.equal(await opens(), 404);
    await look(page, 'removed');
    const downloads = page.waitForEvent('download');
    await button(page, 'Certificate as PDF').click();
    assert.match((await downloads).suggestedFilename(), /^sealpost-[\w-]{36}\.pdf$/);
    await page.getByRole('link', { name: 'All transfers' }).click();
    await page.getByRole('heading', { name: 'My transfers' }).waitFor();
    await look(page, 'deleted');
    await button(page, 'Sign out').click();
    await page.waitForURL('**/signin');
  }),
);
