// The pages of senders and of uploaders in a tenant's own colour: what can be pressed has it, everything is read on it and
// beside it, by day and by night, with what is chosen, wrong, and on its way.
import assert from 'node:assert/strict';

import { lookAt, settled } from './look.mjs';
import { addRecipient, arrive, chooseFile } from './sender_steps.mjs';
import { journey, order, visitor } from './support.mjs';

const { accent, request } = order.page;
const button = (page, name) => page.getByRole('button', { name, exact: true });
const rgb = (hex) => `rgb(${[1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join(', ')})`;
const VIEWS = ['desk-light', 'desk-dark', 'phone-light', 'phone-dark'];
const look = (page, name) => lookAt(page, `branded-${accent.slice(1)}-${name}`, { views: VIEWS });

/** Asserts that what is pressed to go on has the tenant's colour. */
async function assertBranded(page, name) {
  await settled(page);
  const colour = await button(page, name).evaluate((it) => getComputedStyle(it).backgroundColor);
  assert.equal(colour, rgb(accent), `${name} has the colour`);
}

await journey(async (browser) => {
  await visitor(browser, { locale: 'en-GB' }, async (page, _, tolerate) => {
    tolerate(/\/api\/v1\/addin\/bootstrap$/);
    await arrive(page);
    await addRecipient(page, 'anna@example.org, bert@example.org');
    await page.getByLabel('What recipients must show', { exact: true }).selectOption({ label: 'A password' });
    await page.getByText('Something else for one of them').click();
    await button(page, 'Send').click();
    await page.getByText('Choose at least one file.').waitFor();
    await assertBranded(page, 'Send');
    await look(page, 'new');
    await page.keyboard.press('Tab');
    await look(page, 'new-focus');
    await chooseFile(page);
    await button(page, 'Send').click();
    await page.getByRole('heading', { name: 'Sent', exact: true }).waitFor();
    await look(page, 'sent');
    await page.getByRole('link', { name: 'My transfers' }).click();
    await page.getByRole('listitem').first().waitFor();
    await look(page, 'list');
    await page.getByRole('listitem').first().getByRole('link').click();
    await button(page, 'Delete now').click();
    await page.getByRole('alertdialog').waitFor();
    await look(page, 'question');
    await page.goto(`${order.base_url}/requests/new`);
    await page.getByLabel('What it is about').waitFor();
    await assertBranded(page, 'Make the link');
    await look(page, 'ask');
  });

  await visitor(browser, { locale: 'en-GB' }, async (page) => {
    await page.goto(request);
    await button(page, 'Continue').click();
    await assertBranded(page, 'Continue');
    await look(page, 'who');
    await page.getByLabel('Your name').fill('Anna Beispiel');
    await page.getByLabel('Your e-mail address').fill('anna@example.org');
    await button(page, 'Continue').click();
    await page.getByRole('heading', { name: 'Choose your files' }).waitFor();
    await look(page, 'files');
    await page.locator('input[type=file]').first().setInputFiles(order.file);
    await page.getByText('Everything has arrived.').waitFor();
    await assertBranded(page, 'Send');
    await look(page, 'arrived');
    await button(page, 'Send').click();
    await page.getByRole('heading', { name: 'Your files have arrived' }).waitFor();
    await look(page, 'receipt');
  });
});
