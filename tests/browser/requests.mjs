// A sender who asks for files: a request is made, its link handed out, something comes in by it, and it is closed.
import assert from 'node:assert/strict';

import { arrive, look } from './sender_steps.mjs';
import { journey, order, visitor } from './support.mjs';

const button = (page, name) => page.getByRole('button', { name, exact: true });
const post = (path, body, headers = {}) =>
  fetch(`${order.base_url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
const base64 = (text) => Buffer.from(text).toString('base64');

/** Somebody outside uses the link. */
async function sendIn(link, uploader, file, { send }) {
  const token = link.split('/').at(-1);
  const begun = await (await post('/api/v1/requests/begin', { token, ...uploader })).json();
  const authorization = `Bearer ${begun.grant}`;
  const id = begun.submission_id;
  const upload = await fetch(`${order.base_url}/api/v1/transfers/${id}/files`, {
    method: 'POST',
    headers: {
      authorization,
      'tus-resumable': '1.0.0',
      'upload-length': String(file.text.length),
      'upload-metadata': `filename ${base64(file.name)}`,
      'content-type': 'application/offset+octet-stream',
    },
    body: file.text,
  });
  assert.equal(upload.status, 201);
  if (!send) return;
  const sent = await post(`/api/v1/submissions/${id}/send`, {}, { authorization });
  assert.equal(sent.status, 200);
}

await journey((browser) =>
  visitor(browser, { locale: 'en-GB' }, async (page, context, tolerate) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    // Nobody is signed in at first.
    tolerate(/\/api\/v1\/addin\/bootstrap$/);
    await arrive(page, '/requests');
    await page.getByText('You have asked for nothing yet.').waitFor();
    await look(page, 'requests-empty');

    // What is missing or wrong stands next to its field, and the first of them has the focus.
    await button(page, 'Ask for files').click();
    await page.waitForURL(`${order.base_url}/requests/new`);
    await page.getByLabel('Only for this address').fill('anna@example');
    await page.getByLabel('How often it can be used').fill('0');
    await page.getByLabel('Most files of each use').fill('many');
    await look(page, 'request-new');
    await button(page, 'Make the link').click();
    await page.getByText('Say what it is about.').waitFor();
    await page.getByText('This is no e-mail address.').waitFor();
    assert.equal(await page.getByText(/A whole number from 1 to/).count(), 2);
    await page.locator(':focus[aria-invalid="true"]').waitFor();
    await look(page, 'request-wrong');

    await page.getByLabel('What it is about').fill('X-rays of 2026, please');
    await page.getByRole('textbox', { name: 'Message' }).fill('Dear Anna,\n\nall four of them.');
    await page.getByLabel('Only for this address').fill('');
    await page.getByLabel('How often it can be used').fill('2');
    await page.getByLabel('Most files of each use').fill('');
    await page.getByLabel('Most in all of each use').selectOption({ label: '100.0\u00a0MB' });
    await button(page, 'Make the link').click();

    // Who does not see the page change hears of it. The link is there to copy, alone and within a letter.
    await page.waitForURL(/\/requests\/[\w-]{36}$/);
    const address = page.url();
    await page.getByRole('heading', { name: 'X-rays of 2026, please' }).waitFor();
    await page.getByRole('heading', { name: 'X-rays of 2026, please' }).and(page.locator(':focus')).waitFor();
    await look(page, 'request-made');
    await button(page, 'Copy the link').click();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(link, new RegExp(`^${order.base_url}/r/[\\w-]{43}$`));
    await button(page, 'Copy the words').click();
    const letter = await page.evaluate(() => navigator.clipboard.readText());
    assert.ok(letter.includes(link) && letter.includes('X-rays of 2026, please'), letter);
    const mail = await page.getByRole('link', { name: 'Write a mail with them' }).getAttribute('href');
    assert.ok(mail.startsWith('mailto:?subject=X-rays%20of%202026%2C%20please&body='), mail);
    assert.equal(new URL(mail).searchParams.get('body').replaceAll('\r\n', '\n'), letter);

    // Two use it: one is done, one is still uploading.
    const hostile = { email: 'mallory@example.org', name: '<img src=x onerror=alert(1)> Mallory' };
    await sendIn(link, hostile, { name: 'scan.txt', text: 'first' }, { send: true });
    await sendIn(link, { email: 'bert@example.org', name: 'Bert' }, { name: 'b.txt', text: 'second' }, { send: false });
    await page.reload();
    await page.getByText('mallory@example.org').waitFor();
    await page.getByText('<img src=x onerror=alert(1)> Mallory').waitFor();
    assert.equal(await page.getByText('(address not checked)').count(), 2);
    await page.getByText(/Still being uploaded/).waitFor();
    await page.getByText('Used up', { exact: true }).waitFor();
    assert.equal(await button(page, 'Copy the link').count(), 0);
    await look(page, 'request-used-up');

    // What came in leads to its transfer, and that back to the request.
    await page.getByRole('listitem').filter({ hasText: 'Mallory' }).getByRole('link').click();
    await page.waitForURL(/\/transfers\/[\w-]{36}$/);
    await page.getByText('mallory@example.org').waitFor();
    await look(page, 'received');
    await button(page, 'Go to the files').click();
    await page.waitForURL(/\/t\/[\w-]{43}$/);
    await page.getByText('scan.txt').waitFor();
    await page.goBack();
    await page.getByRole('link', { name: 'By which request' }).click();
    await page.waitForURL(address);
    await page.getByRole('link', { name: 'My transfers' }).click();
    await page.getByText('You have not fetched it yet').first().waitFor();
    await look(page, 'list-received');

    // Another one, for one person, in other languages; closed after a question.
    await page.goto(`${order.base_url}/requests/new`);
    await page.getByLabel('What it is about').fill('Plans');
    await page.getByLabel('PDF').check();
    await page.getByLabel('Pictures').check();
    await page.getByLabel('Only for this address').fill('anna@example.org');
    await page.getByLabel('Ask for a code by e-mail').check();
    // Whom the rules do not let him mail to, he is told beside the field.
    tolerate(/\/api\/v1\/requests$/);
    await page.getByLabel('Only for this address').fill('eve@rival.example');
    await page.getByLabel('Mail the link there').check();
    await button(page, 'Make the link').click();
    await page.getByText('eve@rival.example: Not to competitors. Ask the legal department.').waitFor();
    await look(page, 'request-refused');
    await page.getByLabel('What it is about').fill(`${'Donaudampfschifffahrtsgesellschaft'.repeat(5)} \u05d3\u05d5\u05d7`);
    await page.getByLabel('Only for this address').fill('anna@example.org');
    await button(page, 'Make the link').click();
    await page.getByText('Only for anna@example.org').waitFor();
    await page.getByText(/only PDF and Pictures/).waitFor();
    tolerate(/\/notify$/);
    await button(page, 'Mail the link').click();
    await page.getByText(/was mailed a moment ago.*again in 10 minutes/).waitFor();
    await look(page, 'request-bound');
    for (const [language, title] of [['de', 'Meine Anfragen'], ['nl', 'Mijn verzoeken']]) {
      await page.getByRole('banner').getByRole('combobox').selectOption(language);
      await page.getByRole('link', { name: title }).waitFor();
      await look(page, `request-bound-${language}`);
      await page.goto(`${order.base_url}/requests/new`);
      await page.locator('h1').filter({ visible: true }).waitFor();
      await look(page, `request-new-${language}`);
      await page.goBack();
    }
    await page.getByRole('banner').getByRole('combobox').selectOption('en');
    const bound = await page.locator('code').textContent();
    const opens = async () => (await post('/api/v1/requests/open', { token: bound.split('/').at(-1) })).status;
    assert.equal(await opens(), 200);
    await button(page, 'Close the request').click();
    await page.getByRole('alertdialog').waitFor();
    await look(page, 'request-close');
    await page.keyboard.press('Escape');
    await button(page, 'Close the request').click();
    await button(page, 'Close it').click();
    await page.getByText('Closed', { exact: true }).waitFor();
    assert.equal(await opens(), 404);
    await look(page, 'request-closed');
    await page.getByRole('link', { name: 'All requests' }).click();
    await page.getByRole('heading', { name: 'My requests' }).waitFor();
    await page.getByText('used 2 of 2 times').waitFor();
    await look(page, 'requests');

    // A request of nobody.
    tolerate(/\/api\/v1\/requests\/0190a000/);
    await page.goto(`${order.base_url}/requests/0190a000-0000-7000-8000-000000000000`);
    await page.getByText('There is nothing here, or nothing of yours.').waitFor();
    await look(page, 'request-not-here');
  }),
);
