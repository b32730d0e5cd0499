// Sending in without a mouse: Tab, Enter, blanks and letters, from the first field to the receipt.
import assert from 'node:assert/strict';

import { journey, order, tabTo, visitor } from './support.mjs';
import { ask, cameIn } from './upload_steps.mjs';

await journey(async (browser) => {
  const request = await ask({ title: 'With ten fingers' });
  await visitor(browser, { locale: 'en-GB' }, async (page) => {
    // From the start: a listener that is added beside the key press may reach the browser after it, and then nobody chooses.
    page.on('filechooser', (chooser) => chooser.setFiles(order.slow));
    await page.goto(request.url);
    await page.getByRole('heading', { name: 'With ten fingers' }).waitFor();
    await page.locator('body').press('Home');
    await tabTo(page, /^Skip to content$/);
    await tabTo(page, /^Language$/);
    await tabTo(page, /^Your name$/);
    // Something is missing: the first such field has the focus, and says what.
    await tabTo(page, /^Continue$/);
    await page.keyboard.press('Enter');
    await page.getByText('Say who you are.').waitFor();
    await page.waitForFunction(() => document.activeElement?.matches('input[autocomplete=name]'));
    await page.keyboard.type('Anna Beispiel');
    await tabTo(page, /^Your e-mail address$/);
    await page.keyboard.type('anna@example.org');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Choose your files' }).waitFor();
    // Who does not see the page change hears of it.
    await page.locator(':focus').and(page.getByText('Choose your files', { exact: true })).waitFor();
    await tabTo(page, /^Choose files$/);
    await page.keyboard.press('Enter');
    await page.getByText('Everything has arrived.').waitFor();
    assert.match(await page.getByRole('status').allTextContents().then((all) => all.join(' ')), /100% uploaded/);
    await tabTo(page, /^Remove slow\.bin$/);
    await page.keyboard.press('Space');
    await page.getByText('Files are uploaded as you choose them.').waitFor();
    // What had the focus is gone: it goes on from the top of the page, or where it was.
    await tabTo(page, /^Choose files$/);
    await page.keyboard.press('Space');
    await page.getByText('Everything has arrived.').waitFor();
    await tabTo(page, /^Send$/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Your files have arrived' }).waitFor();
    await page.locator(':focus').and(page.getByText('Your files have arrived', { exact: true })).waitFor();
    await tabTo(page, /^Print$/);
    const [arrived] = await cameIn(request);
    assert.deepEqual(arrived.files.map(({ name }) => name), ['slow.bin']);
  });
});
