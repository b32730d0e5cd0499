// A recipient without a mouse: a wrong password, the right one, a file; and once more after a reload.
import assert from 'node:assert/strict';

import { lookAt } from './look.mjs';
import { journey, order, tabTo, visitor } from './support.mjs';

await journey((browser) =>
  visitor(browser, { locale: 'en-GB' }, async (page, _, tolerate) => {
    tolerate(/\/api\/v1\/links\/prove$/);
    await page.goto(order.link);
    await page.getByRole('heading', { name: 'Files for you' }).waitFor();
    await tabTo(page, /^Password$/);
    await page.keyboard.press('Enter');
    await page.getByText('Please enter the password.').waitFor();
    await page.keyboard.type('not the password');
    await page.keyboard.press('Enter');
    await page.getByText('The password is wrong').waitFor();
    await lookAt(page, 'sealed-password');
    const field = page.getByLabel('Password');
    assert.equal(await field.getAttribute('aria-invalid'), 'true');
    await field.focus();
    await page.keyboard.press('Control+A');
    await page.keyboard.type(order.password);
    await tabTo(page, /^Open$/);
    await page.keyboard.press('Enter');
    await page.getByText('Plans of the bridge').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.tagName), 'H1', 'what is new has the focus');
    await tabTo(page, /^Download letter\.txt$/);
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
    assert.equal(await download.failure(), null);
    await page.getByText('Downloaded, whole and unaltered.').waitFor();

    await page.reload();
    await page.getByLabel('Password').fill(order.password);
    await page.keyboard.press('Enter');
    await page.getByText('Plans of the bridge').waitFor();
  }),
);
