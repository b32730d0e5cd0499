// A recipient without scripts and without a mouse: a code is sent, a wrong one is typed, then the right one, then the
// password. The next delivery needs no code, for the browser is remembered; another browser's needs one.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';

import { assertFits, focusedField, follow, journey, keep, order, sentCode, tabTo, visitor } from './support.mjs';

const noScripts = { javaScriptEnabled: false, locale: 'en-GB' };
const known = new Set();

await journey(async (browser) => {
  await visitor(browser, noScripts, async (page) => {
    const html = await (await page.goto(order.link)).text();
    assert.doesNotMatch(html, /<script|\son[a-z]+=|javascript:/i, 'there is no script');
    assert.deepEqual(readdirSync(order.sms), [], 'who looks is sent nothing');
    await tabTo(page, /^Send code$/);
    await follow(page, () => page.keyboard.press('Enter'));
    await page.getByText('ends in …789').waitFor();

    let field = await focusedField(page);
    assert.equal(field.name, 'Code');
    assert.match(field.description, /on its way/, 'who hears the field hears where the code went');
    const code = await sentCode(known);
    await page.keyboard.type(code.startsWith('9') ? '111111' : '999999');
    await follow(page, () => page.keyboard.press('Enter'));
    assert.match(await page.title(), /^Error: /);
    field = await focusedField(page);
    assert.equal(field.invalid, true);
    assert.match(field.description, /code is wrong/, 'who hears the field hears what went wrong');

    await tabTo(page, /^Send another code$/);
    await follow(page, () => page.keyboard.press('Enter'));
    assert.match(await page.locator('#problem').innerText(), /Please wait \d+ seconds/);

    await page.locator('input:focus').fill('');
    await page.keyboard.type(code);
    await tabTo(page, /Ask for no code in this browser for 30 days/);
    await page.keyboard.press('Space');
    await tabTo(page, /^Continue$/);
    await follow(page, () => page.keyboard.press('Enter'));

    field = await focusedField(page);
    assert.equal(field.name, 'Password');
    await page.keyboard.type('not the password');
    await follow(page, () => page.keyboard.press('Enter'));
    assert.equal((await focusedField(page)).name, 'Password', 'the code is not asked for again');
    await page.keyboard.type(order.password);
    await follow(page, () => page.keyboard.press('Enter'));
    await page.getByRole('heading', { name: /Files \(1/ }).waitFor();

    await page.goto(order.next);
    await follow(page, () => page.getByRole('button', { name: 'Show download links' }).click());
    await page.getByRole('link', { name: 'letter.txt' }).waitFor();

    // Whoever leaves the browser to others lets it be forgotten: it shows nothing, and asks for a code again.
    await assertFits(page, 'remembered');
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await keep(page, `remembered-${colorScheme}`);
    }
    await tabTo(page, /^Forget this browser$/);
    await follow(page, () => page.keyboard.press('Enter'));
    await page.getByRole('button', { name: 'Send code' }).waitFor();
    assert.equal(await page.getByText('letter.txt').count(), 0);
    assert.equal(await page.getByRole('button', { name: 'Forget this browser' }).count(), 0);
  });
  await visitor(browser, noScripts, async (page) => {
    await page.goto(order.next);
    await page.getByRole('button', { name: 'Send code' }).waitFor();
  });
});
