// Who runs a tenant, in the console: a deep link survives the sign-in, the log is filtered, exported and switched, a transfer tells its
// way and shows that it is gone, people are made, found, suspended and imported, a program gets its secret, a file is blocked, a person
// erased, what is the owners' is nobody else's, and an auditor changes nothing.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { arrive, look as lookAt } from './sender_steps.mjs';
import { journey, order, visitor } from './support.mjs';

const AUDITOR = 'auditor@demo.example';
const ADMIN = 'new@demo.example';
const button = (page, name) => page.getByRole('button', { name, exact: true });
const heading = (page, name) => page.getByRole('heading', { name, exact: true });
const look = (page, name) => lookAt(page, name, 'admin');
const section = (page, name) => page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true });
const post = (path, body) =>
  fetch(`${order.base_url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
const opens = async () => (await post('/api/v1/links/open', { token: order.link.split('/').at(-1) })).status;

/** What is downloaded by a link of this name. */
async function downloaded(page, name) {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name, exact: true }).click(),
  ]);
  return readFileSync(await download.path());
}

/** The link for setting a password in the newest mail to somebody. */
function resetLink(to) {
  const mails = readdirSync(order.mail)
    .filter((name) => name.endsWith('.eml'))
    .sort()
    .reverse()
    .map((name) => readFileSync(join(order.mail, name), 'utf8').replace(/=\r?\n/g, ''));
  const mail = mails.find((text) => text.includes(`To: ${to}`) && text.includes('/signin/reset/'));
  return mail?.match(/\/signin\/reset\/([\w-]+)/)?.[1];
}

/** The log: found, exported, blocked. */
async function log(page) {
  assert.equal(await page.getByLabel('State').inputValue(), 'available');
  await page.getByRole('row').filter({ hasText: 'Report 1' }).first().waitFor();
  await look(page, 'log');

  // What is no address is not looked for: it is said at the field.
  await page.getByLabel('Recipient').fill('anna');
  await button(page, 'Filter').click();
  await page.getByText('Write a whole address').waitFor();
  await page.locator(':focus[name="recipient"]').waitFor();
  await look(page, 'log-fault');
  await page.getByLabel('Recipient').fill('anna@example.org');
  await page.keyboard.press('Enter');
  await page.waitForURL(/recipient=anna%40example\.org/);
  await page.getByRole('row').filter({ hasText: 'The scans' }).waitFor();
  await page.getByText('1 in all.').waitFor();

  const table = (await downloaded(page, 'Export as a table (CSV)')).toString();
  assert.match(table, /The scans/);
  assert.doesNotMatch(table, /Report 1/);
  assert.match((await downloaded(page, 'Export as JSON lines')).toString(), /^\{.*\}\n$/);

  assert.equal(await opens(), 200);
  await button(page, 'Block “The scans”').click();
  await page.getByText('“The scans” is blocked: nobody gets it any more.').waitFor();
  assert.equal(await opens(), 404);
  await look(page, 'log-blocked');
  await button(page, 'Unblock “The scans”').click();
  await page.getByText('“The scans” is available again.').waitFor();
  assert.equal(await opens(), 200);

  // Back is back, and a filter that finds nothing says so.
  await page.goBack();
  await page.waitForURL(/state=available$/);
  assert.equal(await page.getByLabel('Recipient').inputValue(), '');
  await page.goto(`${order.base_url}/admin/transfers?sender=nobody%40example.org`);
  await page.getByText('No transfer fits these filters.').waitFor();
  await look(page, 'log-nothing');

  // Page by page, and what is the last one has said so to whoever pressed the button.
  await button(page, 'Show all').click();
  await page.getByText('50 are shown; there are more.').waitFor();
  await button(page, 'Show more').click();
  await page.getByText(/^\d+ in all\.$/).and(page.locator(':focus')).waitFor();
}

/** One transfer, and one that is gone. */
async function transfers(page) {
  await page.goto(`${order.base_url}/admin/transfers/${order.transfer}`);
  await heading(page, 'The scans').waitFor();
  const way = page.getByRole('listitem').filter({ has: page.locator('time') });
  await way.filter({ hasText: 'Opened' }).filter({ hasText: 'Network address: 127.0.0.1' }).waitFor();
  await way.filter({ hasText: 'Sent' }).first().waitFor();
  await look(page, 'transfer');
  await button(page, 'Block “anna@example.org”').click();
  await button(page, 'Unblock “anna@example.org”').waitFor();
  await way.filter({ hasText: 'Recipient blocked' }).filter({ hasText: order.email }).waitFor();
  assert.equal(await opens(), 404);
  await button(page, 'Unblock “anna@example.org”').click();
  await button(page, 'Block “anna@example.org”').waitFor();

  // What its sender has sealed: what is known, and that the rest is not.
  await page.goto(`${order.base_url}/admin/transfers/${order.sealed}`);
  await heading(page, 'Sealed by the sender').waitFor();
  await page.getByText('Not inspected: sealed by the sender. Their names are not known here.').waitFor();
  await page.getByRole('table', { name: 'Sealed files' }).getByText('PDF').waitFor();
  await page.getByText("the sender's program (zero knowledge)").waitFor();
  await way.filter({ hasText: "The sender's program has stated what a file is" }).filter({ hasText: 'Stated: PDF' }).waitFor();
  await look(page, 'transfer-sealed');
  await page.goto(`${order.base_url}/admin/transfers?recipient=bert%40example.org`);
  await page.getByRole('link', { name: 'Sealed by the sender' }).waitFor();
  await look(page, 'transfers-sealed');

  await page.goto(`${order.base_url}/admin/transfers?state=purged`);
  await page.getByRole('link', { name: 'Removed transfer' }).click();
  await heading(page, 'Removed transfer').waitFor();
  await look(page, 'transfer-gone');
  assert.equal((await downloaded(page, 'PDF, with the signed document inside')).subarray(0, 5).toString(), '%PDF-');
  const document = JSON.parse(await downloaded(page, 'Signed document (JSON)'));
  assert.equal(document.certificate.about.transfer, order.purged);

  await page.goto(`${order.base_url}/admin/transfers/01980000-0000-7000-8000-000000000000`);
  await page.getByText('There is nothing here').waitFor();
  await look(page, 'transfer-unknown');
}

/** The overview leads to what somebody has reported, and it is seen to. */
async function overview(page) {
  await section(page, 'Overview').click();
  await heading(page, 'Overview').waitFor();
  await page.getByText('1 report of a recipient is open.').waitFor();
  await look(page, 'overview');
  await page.getByRole('link', { name: /^Look at it: 1 report/ }).click();
  await page.getByText('It is not for me.').waitFor();
  await look(page, 'reports');
  await button(page, 'Settle the report of anna@example.org').click();
  await page.getByText('Noted: somebody has seen to it.').waitFor();
  await look(page, 'reports-settled');
}

/** People: one is made, after a proof of who makes her, and suspended; others come from a table. */
async function people(page) {
  await section(page, 'Users and seats').click();
  await page.getByRole('link', { name: order.email }).waitFor();
  await look(page, 'users');
  await button(page, 'New user').click();
  await heading(page, 'New user').waitFor();
  await button(page, 'Make user').click();
  await page.getByText('Write the e-mail address.').waitFor();
  await page.getByLabel('E-mail address').fill(order.email);
  await button(page, 'Make user').click();
  await page.getByText('There is a user or a mailbox with this address already.').waitFor();
  await look(page, 'user-taken');
  await page.getByLabel('E-mail address').fill(AUDITOR);
  await page.getByLabel('Name').fill('Otto <b>Prüfer</b>');
  await page.getByLabel('Role').selectOption({ label: 'Auditor' });

  // As if the last proof were older than the rules let it be, which no test waits for. What is shown now is looked at by the service.
  await page.route('**/reset', (route) => route.fulfill({
    status: 403,
    contentType: 'application/problem+json',
    body: JSON.stringify({ type: 'urn:sealpost:problem:step_up_needed', title: '', status: 403, code: 'step_up_needed' }),
  }), { times: 1 });
  await button(page, 'Make user').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Your password').waitFor();
  await page.locator(':focus[type="password"]').waitFor();
  await look(page, 'step-up');
  await page.keyboard.type('wrong');
  await page.keyboard.press('Enter');
  await dialog.getByText('This password is not right.').waitFor();
  await look(page, 'step-up-wrong');
  await dialog.getByLabel('Your password').fill(order.password);
  await page.keyboard.press('Enter');
  await heading(page, 'Otto <b>Prüfer</b>').waitFor();
  await look(page, 'user');

  await button(page, 'Give a seat').click();
  await page.getByText('Has a seat now.').waitFor();
  await button(page, 'Take the seat').click();
  await page.getByText('Has no seat any more.').waitFor();
  await button(page, 'Suspend sending').click();
  await page.getByText('May not send any more.').waitFor();
  await button(page, 'Let send again').click();
  await page.getByText('May send again.').waitFor();
  await button(page, 'Mail the warning').click();
  await page.getByText('Write what you warn of.').waitFor();
  await page.getByLabel('A further warning').fill('Not to competitors.\nPlease.');
  await button(page, 'Mail the warning').click();
  await page.getByText('The warning is on its way.').waitFor();
  await button(page, 'Disable').click();
  await page.getByRole('alertdialog').waitFor();
  await look(page, 'user-disable');
  await button(page, 'Cancel').click();

  await page.getByRole('link', { name: 'All users' }).click();
  await button(page, 'Import from a table').click();
  await button(page, 'Dry run').click();
  await page.getByText('Write or paste lines, or take a file.').waitFor();
  await page.getByLabel('Table', { exact: true }).fill('email;name;role\nnew@demo.example;Neu;admin\nnobody\nauditor@demo.example;Otto');
  await button(page, 'Dry run').click();
  await page.getByText('Would be made: 1. Left out: 2.').waitFor();
  await look(page, 'users-trial');
  await button(page, 'Make 1 user').click();
  await page.getByText('Made: 1. Refused: 0. Left: 0.').waitFor();
  await page.getByRole('link', { name: 'All users' }).click();
  await page.getByLabel('Name or address').fill('NEU');
  await page.keyboard.press('Enter');
  await page.getByText('1 in all.').waitFor();
  await page.getByRole('link', { name: 'new@demo.example' }).waitFor();
}

/** Shared mailboxes, one by one and from a table. */
async function mailboxes(page) {
  await section(page, 'Shared mailboxes').click();
  await page.getByText('There are no shared mailboxes yet.').waitFor();
  await look(page, 'mailboxes-none');
  await page.getByLabel('Address of a shared mailbox').fill('office@demo.example');
  await button(page, 'Add').click();
  await page.getByText('office@demo.example is added.').waitFor();
  await page.getByRole('link', { name: 'office@demo.example' }).click();
  await page.getByLabel('Address of a user').fill('nobody@demo.example');
  await button(page, 'Let send').click();
  await page.getByText('There is no user with this address.').waitFor();
  await page.getByLabel('Address of a user').fill('new@demo.example');
  await button(page, 'Let send').click();
  await page.getByText('new@demo.example may send for it now.').waitFor();
  await look(page, 'mailbox');
  await page.getByRole('link', { name: 'All shared mailboxes' }).click();
  await button(page, 'Import from a table').click();
  await page.getByLabel('Table', { exact: true }).fill(
    'mailbox,user\noffice@demo.example,new@demo.example\nsales@demo.example,new@demo.example\nsales@demo.example,x',
  );
  await button(page, 'Dry run').click();
  await page.getByText('Would change something: 1. Left out: 1.').waitFor();
  await look(page, 'mailboxes-trial');
  await button(page, 'Take 1 line').click();
  await page.getByText('Mailboxes added: 1. Users who may send now: 1. As before: 1.').waitFor();
}

/** A program gets a secret that counts until it is taken back; a file that was sent is found and blocked. */
async function others(page) {
  await section(page, 'API clients').click();
  await page.getByLabel('Name of a new API client').fill('Nightly export');
  await button(page, 'Make API client').click();
  await page.getByText('Write the e-mail address.').waitFor();
  await page.getByLabel(/^Acts as/).fill(order.email);
  await button(page, 'Make API client').click();
  const shown = page.getByRole('region', { name: 'The secret, shown this once' });
  await shown.waitFor();
  const [id, secret] = await shown.locator('code').allTextContents();
  await look(page, 'client');
  const asks = async () => {
    const answer = await fetch(`${order.base_url}/api/v1/oauth/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    return answer.status;
  };
  assert.equal(await asks(), 200);
  await button(page, 'I have it').click();
  await shown.waitFor({ state: 'detached' });
  await button(page, 'Take back').click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Take back' }).click();
  await page.getByText('“Nightly export” is taken back.').waitFor();
  assert.equal(await asks(), 401);

  await section(page, 'Blocked files').click();
  await button(page, 'Block this file').click();
  await page.getByText('A SHA-256 has 64 hexadecimal digits.').waitFor();
  await page.locator('input[type=file]').setInputFiles(order.file);
  await page.getByLabel('SHA-256 of the file').and(page.locator('[value]:not([value=""])')).waitFor();
  await page.getByLabel('Why').fill('Payroll');
  await button(page, 'Block this file').click();
  await page.getByText('Nobody may send this file any more.').waitFor();
  await page.getByRole('row').filter({ hasText: 'Payroll' }).getByText('2', { exact: true }).waitFor();
  await look(page, 'blocked-file');
  assert.equal(await opens(), 404);
}

/** What is known of somebody is handed out, and erased. */
async function subjects(page) {
  await section(page, 'Data subjects').click();
  await page.getByLabel('E-mail address of the person').fill('anna@example.org');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    button(page, 'Hand out what is known').click(),
  ]);
  assert.equal(JSON.parse(readFileSync(await download.path())).email, 'anna@example.org');
  await button(page, 'Erase what is known').click();
  await look(page, 'subject-question');
  await button(page, 'Erase for good').click();
  await page.getByText('What was known of anna@example.org is erased.').waitFor();
  await look(page, 'subject');
}

/** Sets somebody's first password. */
async function welcome(email) {
  const password = 'Kettle-42-orchard-Violin';
  const set = await post('/api/v1/signin/reset', { token: resetLink(email), password });
  assert.ok(set.ok, await set.text());
  return { email, password };
}

/** What is the owners' is not offered to an admin, who is told so where he goes all the same. */
async function admin(browser) {
  const who = await welcome(ADMIN);
  await visitor(browser, { locale: 'en-GB' }, async (page, _, tolerate) => {
    tolerate(/\/api\/v1\/addin\/bootstrap$/);
    await arrive(page, '/admin', who);
    await section(page, 'Users and seats').waitFor();
    for (const [path, name] of [
      ['forwarding', 'Forwarding'],
      ['support-access', 'Support access'],
      ['export', 'Export'],
    ]) {
      assert.equal(await section(page, name).count(), 0, `${name} is not offered`);
      await page.goto(`${order.base_url}/admin/${path}`);
      await heading(page, name).waitFor();
      await page.getByText('Only owners see this and change it. Ask one of them').waitFor();
    }
    await look(page, 'owners-only');
  });
}

/** Who only looks is not offered what he may not do. */
async function auditor(browser) {
  const who = await welcome(AUDITOR);
  await visitor(browser, { locale: 'en-GB' }, async (page, _, tolerate) => {
    tolerate(/\/api\/v1\/addin\/bootstrap$/);
    await arrive(page, '/admin', who);
    await heading(page, 'What needs you').waitFor();
    await section(page, 'Transfers').click();
    await page.getByRole('row').filter({ hasText: 'Report 1' }).first().waitFor();
    assert.equal(await page.getByRole('button', { name: /^Block/ }).count(), 0);
    await look(page, 'auditor-log');
    await page.goto(`${order.base_url}/admin/transfers/${order.transfer}`);
    await heading(page, 'The scans').waitFor();
    assert.equal(await page.getByRole('button', { name: /block/i }).count(), 0);
    await section(page, 'Licence').click();
    await page.getByText('This installation asks for no licence').waitFor();
    assert.equal(await section(page, 'Users and seats').count(), 0);
    await page.goto(`${order.base_url}/admin/users`);
    await heading(page, 'Users and seats').waitFor();
    await page.getByText('Only owners and admins see this.').waitFor();
    await page.goto(`${order.base_url}/admin/nowhere`);
    await page.getByText('There is nothing at this address.').waitFor();
  });
}

await journey(async (browser) => {
  await visitor(browser, { locale: 'en-GB' }, async (page, _, tolerate) => {
    // Nobody is signed in at first; some of what is tried is refused.
    tolerate(/\/api\/v1\/(addin\/bootstrap|admin\/users|session\/step-up|admin\/transfers\/[\w-]+|admin\/users\/[\w-]+\/reset)$/);
    await arrive(page, '/admin/transfers?state=available');
    await log(page);
    await transfers(page);
    await overview(page);
    await people(page);
    await mailboxes(page);
    await others(page);
    await subjects(page);
  });
  await admin(browser);
  await auditor(browser);
});
