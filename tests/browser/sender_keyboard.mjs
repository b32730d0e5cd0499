// A sender without a mouse: Tab, Enter, blanks and letters, from the first field to the link.

import { arrive } from './sender_steps.mjs';
import { journey, order, tabTo, visitor } from './support.mjs';

await journey((browser) =>
  visitor(browser, { locale: 'en-GB' }, async (page, _, tolerate) => {
    tolerate(/\/api\/v1\/addin\/bootstrap$/);
    // From the start: a listener that is added beside the key press may reach the browser after it, and then nobody chooses.
    page.on('filechooser', (chooser) => chooser.setFiles(order.file));
    await arrive(page);
    await page.getByRole('heading', { name: 'New transfer' }).waitFor();
    await page.locator('body').press('Home');

    await tabTo(page, /^Skip to content$/);
    await tabTo(page, /^New transfer$/);
    await tabTo(page, /^Recipients/);
    await page.keyboard.type('anna@example.org, bert@example.org ');
    await page.getByText('bert@example.org').waitFor();
    // The last one was a mistake.
    await page.keyboard.press('Backspace');
    await page.getByText('bert@example.org').waitFor({ state: 'detached' });

    await tabTo(page, /^Choose files$/);
    await page.keyboard.press('Enter');
    await page.getByText(/1 file, 3.1/).waitFor();

    await tabTo(page, /^Subject$/);
    await page.keyboard.type('With ten fingers');
    await tabTo(page, /^Send$/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Sent', exact: true }).waitFor();
    // Who does not see the page change hears of it.
    await page.locator(':focus').and(page.getByText('Sent', { exact: true })).waitFor();
    await tabTo(page, /^Copy the link of anna@example.org$/);
    await tabTo(page, /^Who has fetched it$/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'With ten fingers' }).waitFor();
    await page.waitForURL(/\/transfers\/[\w-]+$/);
  }),
);
