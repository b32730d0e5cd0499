// Names and texts that would break a page, or lie on it: markup, text that turns others around, five hundred characters.
import assert from 'node:assert/strict';

import { addRecipient, arrive, look } from './sender_steps.mjs';
import { journey, order, visitor } from './support.mjs';

const button = (page, name) => page.getByRole('button', { name, exact: true });
const MARKUP = '<img src=x onerror=alert(1)>';
const HEBREW = 'דוח שנתי';
const LONG = 'Donaudampfschifffahrtsgesellschaft'.repeat(15);
const file = (name) => ({ name, mimeType: 'text/plain', buffer: Buffer.from('content') });

/** Nothing that somebody has written has become an element. */
async function assertPlain(page) {
  assert.equal(await page.locator('main img, main script').count(), 0);
}

await journey((browser) =>
  visitor(browser, { locale: 'en-GB' }, async (page, _, tolerate) => {
    // Nobody is signed in at first; and one name is refused.
    tolerate(/\/api\/v1\/(addin\/bootstrap$|transfers\/|uploads\/)/);
    await arrive(page);
    const made = await page.evaluate(async (name) => {
      const post = async (path, body) => {
        const headers = { 'content-type': 'application/json' };
        const answer = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
        return answer.status === 204 ? {} : answer.json();
      };
      const { user } = await (await fetch('/api/v1/addin/bootstrap')).json();
      const { id } = await post('/api/v1/admin/mailboxes', { email: 'front@demo.example', name });
      await post(`/api/v1/admin/mailboxes/${id}/delegates`, { user_id: user.id });
      return id;
    }, `${MARKUP} ${HEBREW}`);
    assert.ok(made);
    await page.reload();
    await page.getByLabel('From').selectOption({ index: 1 });
    await addRecipient(page, `${'a'.repeat(60)}@${'long-domain-name.'.repeat(9)}example`);
    const names = [`${MARKUP}.txt`, `${HEBREW}.txt`, `${LONG.slice(0, 200)}.txt`];
    await page.locator('input[type=file]').first().setInputFiles(names.map(file));
    await page.getByLabel('Subject').fill(`${MARKUP} ${HEBREW} ${LONG}`.slice(0, 200));
    await page.getByRole('textbox', { name: 'Message' }).fill(`${MARKUP}\n${HEBREW}\n${LONG}`);
    await page.getByText(names[2]).waitFor();
    await assertPlain(page);

    // A name that hides what the file is: it is told as it was written, whatever the name turns around.
    const liar = 'photo\u202egpj.exe';
    await page.locator('input[type=file]').first().setInputFiles([file(liar)]);
    await button(page, 'Send').click();
    const refusal = page.getByText(/has a character that cannot be shown safely/);
    await refusal.waitFor();
    assert.match(await refusal.textContent(), /\u2068photo\u202egpj\.exe\u2069/);
    await look(page, 'hostile-refused');
    await button(page, `Remove ${liar}`).click();

    // One that is no text of the kind that its name says: refused by the service, for what it is.
    const program = { name: `${HEBREW}.txt.exe`, mimeType: 'text/plain', buffer: Buffer.from('MZ') };
    await page.locator('input[type=file]').first().setInputFiles([program]);
    await button(page, 'Send').click();
    await page.getByText(/does not let “\u2068.*\u2069” be sent \(the name deceives: it ends twice/).waitFor();
    await look(page, 'hostile-type');
    await button(page, `Remove ${program.name}`).click();
    await page.getByRole('heading', { name: 'Sent', exact: true }).waitFor();
    await look(page, 'hostile-links');
    await page.getByRole('link', { name: 'Who has fetched it' }).click();
    await page.getByText(names[2]).filter({ visible: true }).waitFor();
    await assertPlain(page);
    await look(page, 'hostile-detail');
    await page.getByRole('link', { name: 'My transfers' }).click();
    await page.getByRole('heading', { name: 'My transfers' }).waitFor();
    await page.getByRole('listitem').filter({ hasText: MARKUP, visible: true }).waitFor();
    await assertPlain(page);
    await look(page, 'hostile-list');

    await page.goto(`${order.base_url}/requests/new`);
    await page.getByLabel('What it is about').fill(`${MARKUP} ${HEBREW} ${LONG}`.slice(0, 200));
    await page.getByRole('textbox', { name: 'Message' }).fill(`${MARKUP}\n${HEBREW}\n${LONG}`);
    await button(page, 'Make the link').click();
    await page.getByText('Nothing yet.').waitFor();
    await assertPlain(page);
    await look(page, 'hostile-request');
    await page.getByRole('link', { name: 'All requests' }).click();
    await page.getByText('used 0 of 1 time').waitFor();
    await look(page, 'hostile-requests');
  }),
);
