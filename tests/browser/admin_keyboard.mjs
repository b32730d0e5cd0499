// The console without a mouse, and on the smallest phone: from the address to a blocked transfer.
import assert from 'node:assert/strict';

import { SIZES } from './look.mjs';
import { arrive, look } from './sender_steps.mjs';
import { journey, order, tabTo, visitor } from './support.mjs';

await journey((browser) =>
  visitor(browser, { locale: 'en-GB' }, async (page, _, tolerate) => {
    tolerate(/\/api\/v1\/addin\/bootstrap$/);
    await arrive(page, '/admin');
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.locator('body').press('Home');

    await tabTo(page, /^Skip to content$/);
    await tabTo(page, /^Transfers$/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Transfers' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Transfers' }).waitFor();
    // Not through the sections again.
    await tabTo(page, /^Skip to content$/);
    await page.keyboard.press('Enter');
    await tabTo(page, /^Recipient$/);
    await page.keyboard.type('anna@example.org');
    await page.keyboard.press('Enter');
    await page.getByText('1 in all.').waitFor();
    await tabTo(page, /^Block “The scans”$/);
    await page.keyboard.press('Enter');
    await page.getByText('“The scans” is blocked').waitFor();
    // The switch has the focus still, and leads back.
    await page.getByRole('button', { name: 'Unblock “The scans”' }).and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('“The scans” is available again.').waitFor();

    // A question is answered with the keyboard, and gives the focus back.
    await page.goto(`${order.base_url}/admin/users?find=sender`);
    await page.getByRole('link', { name: 'sender@demo.example' }).press('Enter');
    await page.getByRole('heading', { name: 'Demo Sender' }).and(page.locator(':focus')).waitFor();
    await tabTo(page, /^Disable$/);
    await page.keyboard.press('Enter');
    await page.getByRole('alertdialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Disable', exact: true }).and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Enter');
    await tabTo(page, /^Disable$/);
    await page.keyboard.press('Enter');
    await page.getByText('Disabled, and signed out everywhere.').waitFor();
    await tabTo(page, /^Enable$/);
    await page.keyboard.press('Enter');
    await page.getByText('Enabled.', { exact: true }).waitFor();

    // On a phone the sections are behind a button, which says whether they are shown.
    await page.setViewportSize(SIZES.phone);
    const menu = page.getByRole('button', { name: 'Menu' });
    assert.equal(await menu.getAttribute('aria-expanded'), 'false');
    await menu.press('Enter');
    await page.getByRole('link', { name: 'Shared mailboxes' }).waitFor();
    assert.equal(await menu.getAttribute('aria-expanded'), 'true');
    await look(page, 'menu', 'admin');
    await page.setViewportSize(SIZES.phone);
    await page.getByRole('link', { name: 'Licence', exact: true }).press('Enter');
    await page.getByRole('heading', { name: 'Licence' }).waitFor();
    assert.equal(await menu.getAttribute('aria-expanded'), 'false');
  }),
);
