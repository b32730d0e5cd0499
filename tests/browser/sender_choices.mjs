// All that a sender may choose: in whose name, what single recipients must show, numbers for codes by SMS, how often,
// whether they may answer with files; and afterwards his link mailed again, handed back, and the browsers in which a recipient needs no code.
import assert from 'node:assert/strict';

import { addRecipient, arrive, chooseFile, look } from './sender_steps.mjs';
import { journey, order, sentCode, visitor } from './support.mjs';

const button = (page, name) => page.getByRole('button', { name, exact: true });

/** What the page's own session is answered. */
const ask = (page, method, path, body) =>
  page.evaluate(
    async ([method, path, body]) => {
      const answer = await fetch(path, {
        method,
        ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
      return answer.status === 204 ? undefined : answer.json();
    },
    [method, path, body],
  );

await journey((browser) =>
  visitor(browser, { locale: 'en-GB' }, async (page, _, tolerate) => {
    // Nobody is signed in at first.
    tolerate(/\/api\/v1\/addin\/bootstrap$/);
    await arrive(page);
    await page.getByRole('heading', { name: 'New transfer' }).waitFor();
    assert.equal(await page.getByLabel('From').count(), 0, 'who sends for nobody else is not asked');

    const { user } = await ask(page, 'GET', '/api/v1/addin/bootstrap');
    const office = { email: 'office@demo.example', name: 'Front office' };
    const { id } = await ask(page, 'POST', '/api/v1/admin/mailboxes', office);
    await ask(page, 'POST', `/api/v1/admin/mailboxes/${id}/delegates`, { user_id: user.id });
    await page.reload();
    await page.getByLabel('Answers with files').waitFor();
    await page.getByLabel('From').selectOption({ label: 'Front office <office@demo.example>' });
    await page.getByText('Files cannot be sent back to a mailbox').waitFor();
    assert.equal(await page.getByLabel('Answers with files').count(), 0, 'nobody answers a mailbox');

    await addRecipient(page, 'anna@example.org, bert@example.org');
    await chooseFile(page);
    await page.getByLabel('Subject').fill('For each his own');
    await page.getByText('Something else for one of them').click();
    await page.getByLabel('anna@example.org must show').selectOption({ label: 'A code by SMS, and a password' });
    await page.getByLabel('bert@example.org must show').selectOption({ label: 'A code by e-mail' });
    await page.getByLabel('How often each recipient may fetch').fill('none');
    await button(page, 'Send').click();
    await page.getByText('Codes by SMS need a number').waitFor();
    await page.getByText('A whole number from 1 to 1000000, or nothing.').waitFor();
    await look(page, 'choices');
    await page.getByLabel('Mobile number of anna@example.org').fill('+49 151 234567-89');
    await page.getByLabel('How often each recipient may fetch').fill('2');
    await button(page, 'Send').click();
    await page.getByRole('heading', { name: 'Sent', exact: true }).waitFor();
    const password = await page.locator('code').first().textContent();
    const [, ...links] = await page.locator('code').allTextContents();
    await page.getByRole('link', { name: 'Who has fetched it' }).click();
    await page.getByText(/each may fetch it 2 times · sent as office@demo.example/).waitFor();
    const path = new URL(page.url()).pathname;
    const { recipients } = await ask(page, 'GET', `/api/v1${path}`);
    const shown = recipients.map(({ email, phone, protection }) => [email, protection, phone]).sort();
    assert.deepEqual(shown, [
      ['anna@example.org', 'sms_code_and_password', '+4915123456789'],
      ['bert@example.org', 'email_code', undefined],
    ]);
    await look(page, 'chosen');

    // The link once more: by mail, but not at every press; and on the page.
    tolerate(/\/notify$/);
    await button(page, 'Mail it again to bert@example.org').click();
    await page.getByText('The mail is on its way.').waitFor();
    await button(page, 'Mail it again to bert@example.org').click();
    await page.getByText(/was mailed a moment ago.*again in 10 minutes/).waitFor();
    await button(page, 'Show the link of anna@example.org').click();
    const link = await page.locator('code').filter({ visible: true }).textContent();
    assert.ok(links.includes(link), 'it is the one that was mailed');
    await look(page, 'link-again');

    // Where she needs no code any more, and how that is taken back.
    const token = link.split('/').at(-1);
    const post = async (path, body) => {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${order.base_url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
      assert.ok(answer.ok, `${path}: ${answer.status}`);
      return answer.json();
    };
    const { challenge } = await post('/api/v1/links/code', { token });
    const code = await sentCode(new Set());
    await post('/api/v1/links/verify', { token, challenge, code, password, remember: true });
    await page.reload();
    await page.getByText('Opened', { exact: true }).waitFor();
    const anna = page.getByRole('listitem').filter({ hasText: 'anna@example.org' });
    await anna.getByText('Downloads and browsers').click();
    await page.getByText(/^since .*, until /).waitFor();
    await look(page, 'devices');
    await button(page, 'Ask for a code everywhere again').click();
    await page.getByText('No browser is remembered: a code is asked for each time.').waitFor();

    // Whether they may answer: as long as the page is open the choice stays, and what was sent says what was chosen.
    for (const [chosen, told] of [
      ['Recipients may send files back to me', 'recipients may answer with files'],
      ['Nobody may send files back', 'recipients cannot answer with files'],
    ]) {
      await page.goto(`${order.base_url}/`);
      await addRecipient(page, 'cleo@example.org');
      await chooseFile(page);
      await page.getByLabel('Answers with files').selectOption({ label: chosen });
      await page.getByRole('link', { name: 'My transfers' }).click();
      await page.getByRole('link', { name: 'New transfer' }).click();
      await button(page, 'Send').click();
      await page.getByRole('link', { name: 'Who has fetched it' }).click();
      await page.getByText(told).waitFor();
    }
    await look(page, 'unanswerable');

    // What is not the sender's to choose: the tenant says it, and why nothing can be chosen, or nothing at all.
    await page.goto(`${order.base_url}/`);
    await ask(page, 'PUT', '/api/v1/admin/policy', { settings: { replies: 'forbid' } });
    await page.reload();
    await page.getByText('Your organisation does not let recipients send files back.').waitFor();
    await look(page, 'no-replies');
    await ask(page, 'PUT', '/api/v1/admin/policy', { settings: { locked: ['reply'] } });
    await page.reload();
    await page.getByLabel('How often each recipient may fetch').waitFor();
    assert.equal(await page.getByText('send files back').count(), 0, 'what is locked is not seen');
  }),
);
