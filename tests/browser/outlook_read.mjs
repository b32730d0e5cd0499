// A mail that is read beside the pane: one of the reader's own shows its transfer, one that came leads to the files, one of a request
// shows what has come in, any other says so; in a pinned pane from one to the next. Then all transfers, in a pane's width.
import assert from 'node:assert/strict';

import { Outlook } from './outlook/host.mjs';
import { button, goTo, look, openPane, post, reader, sendIn } from './outlook_steps.mjs';
import { journey, order } from './support.mjs';

const ADA = { emailAddress: 'admin@demo.example', displayName: 'Ada Owner' };
const ANNA = { emailAddress: 'anna@example.org', displayName: 'Anna' };
const header = (id) => ({ 'X-Sealpost-Transfer': id });
const linked = (url) => `<div><p>Hello,</p><table><tbody><tr><td><a href="${url}">${url}</a></td></tr></tbody></table></div>`;

const ITEMS = [
  { id: 'own', subject: 'The plans', from: ADA, to: [ANNA], headers: header(order.own.id), html: linked(order.own.link) },
  { id: 'came', subject: 'For you', from: ANNA, to: [ADA], headers: header(order.others), html: linked(order.own.link) },
  { id: 'bare', subject: 'By its link alone', from: ANNA, to: [ADA], headers: {}, html: linked(order.own.link) },
  { id: 'asked', subject: 'Please send', from: ADA, to: [ANNA], headers: {}, html: linked(order.request) },
  { id: 'asking', subject: 'I need files', from: ANNA, to: [ADA], headers: {}, html: linked(`${order.base_url}/r/${'A'.repeat(43)}`) },
  { id: 'other', subject: 'Lunch', from: ANNA, to: [ADA], headers: {}, html: '<p>At noon?</p>' },
];

/** What is chosen in the list of mails. */
const choose = (page, subject) => page.getByRole('button', { name: subject }).click();

await journey(async (browser) => {
  await sendIn(order.request, { email: 'mallory@example.org', name: 'Mallory' }, { name: 'scan.txt', text: 'first' });
  await reader(browser, {}, async (page, context, tolerate) => {
    // What is nobody's own is not there for him.
    tolerate(new RegExp(`/api/v1/transfers/${order.others}$`));
    const outlook = await Outlook.inbox(page, ITEMS);
    const { pane } = outlook;
    await choose(page, 'The plans');
    await openPane(outlook);
    await pane.getByRole('heading', { name: 'The plans' }).waitFor();
    await pane.getByText('anna@example.org').waitFor();
    await look(outlook, 'read-own');
    const opens = async () => (await post('/api/v1/links/open', { token: order.own.link.split('/').at(-1) })).status;
    await button(pane, 'Block anna@example.org').click();
    await button(pane, 'Unblock anna@example.org').waitFor();
    assert.equal(await opens(), 404);
    await button(pane, 'Unblock anna@example.org').click();
    await button(pane, 'Block anna@example.org').waitFor();

    // Pinned, it goes along from mail to mail.
    await button(page, 'Pin').click();
    await choose(page, 'For you');
    await pane.getByRole('heading', { name: 'Files for you' }).waitFor();
    await look(outlook, 'read-received');
    const [opened] = await Promise.all([context.waitForEvent('page'), button(pane, 'Go to the files').click()]);
    await opened.waitForURL(order.own.link);
    await opened.close();
    await choose(page, 'By its link alone');
    await pane.getByRole('heading', { name: 'Files for you' }).waitFor();
    await choose(page, 'Please send');
    await pane.getByRole('heading', { name: 'X-rays of 2026' }).waitFor();
    await pane.getByText('mallory@example.org').waitFor();
    await look(outlook, 'read-request');
    await choose(page, 'I need files');
    await pane.getByRole('heading', { name: 'You are asked for files' }).waitFor();
    await choose(page, 'Lunch');
    await pane.getByRole('heading', { name: 'Nothing in this mail goes by Sealpost' }).waitFor();
    await look(outlook, 'read-nothing');
    await page.evaluate(() => owa.select(null));
    await pane.getByText('Choose a mail, or write one.').waitFor();

    // All of them: found again, and one that has come in leads to its files in the browser, not in the pane.
    await goTo(outlook, 'Transfers');
    await pane.getByRole('heading', { name: 'My transfers' }).waitFor();
    await look(outlook, 'transfers');
    await pane.getByText('Filters of my transfers').click();
    await pane.getByLabel('In the subject').fill('plans');
    await button(pane, 'Filter').click();
    await pane.getByRole('link', { name: 'X-rays of 2026' }).waitFor({ state: 'detached' });
    await look(outlook, 'transfers-filtered');
    await button(pane, 'Show all').click();
    await pane.getByRole('link', { name: 'X-rays of 2026' }).click();
    const [files] = await Promise.all([context.waitForEvent('page'), button(pane, 'Go to the files').click()]);
    await files.waitForURL(/\/t\/[\w-]{43}$/);
    await files.close();
    await pane.getByRole('link', { name: 'By which request' }).click();
    await pane.getByRole('heading', { name: 'X-rays of 2026' }).waitFor();

    // One is blocked, has its end changed, and is removed.
    await goTo(outlook, 'Transfers');
    await pane.getByRole('link', { name: 'The plans' }).click();
    tolerate(/\/notify$/);
    await button(pane, 'Mail it again to anna@example.org').click();
    await pane.getByText(/was mailed a moment ago|The mail is on its way/).first().waitFor();
    const end = pane.getByText(/Available until/).first();
    const before = await end.textContent();
    await pane.getByLabel('Available from now for').selectOption({ label: '3 days' });
    await button(pane, 'Change the end').click();
    await end.filter({ hasNotText: before }).waitFor();
    await button(pane, 'Block the transfer').click();
    await button(pane, 'Unblock the transfer').waitFor();
    await look(outlook, 'transfer-blocked');
    await button(pane, 'Delete now').click();
    await pane.getByRole('alertdialog').waitFor();
    await look(outlook, 'transfer-delete');
    tolerate(/\/api\/v1\/transfers\/[\w-]{36}$/);
    await button(pane, 'Delete for good').click();
    await pane.getByRole('heading', { name: 'Removed' }).waitFor();
    await look(outlook, 'transfer-removed');
    assert.deepEqual(await outlook.faults(), []);
  });

  // An Outlook without headers goes by the link, and one that is not pinned closes the pane.
  await reader(browser, { set: '1.5', platform: 'PC', language: 'de-DE' }, async (page) => {
    const outlook = await Outlook.inbox(page, ITEMS);
    await choose(page, 'The plans');
    await openPane(outlook);
    await outlook.pane.getByRole('heading', { name: 'Dateien f\u00fcr Sie' }).waitFor();
    await look(outlook, 'read-old-de');
    await choose(page, 'Lunch');
    await page.locator('#pane iframe').waitFor({ state: 'detached' });
  });
});
