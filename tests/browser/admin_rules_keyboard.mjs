// Who makes the rules without a mouse: Tab, Enter, blanks and letters, from the list of subjects to a version that is taken back.
import { arrive } from './sender_steps.mjs';
import { journey, order, tabTo, visitor } from './support.mjs';

/** The address of the page, when it is there. */
const at = (page, path) => page.waitForURL(`${order.base_url}${path}`);

/** The heading of the page that one has come to has the focus. */
const arrived = (page, name) =>
  page.getByRole('heading', { name, exact: true }).and(page.locator(':focus')).waitFor();

await journey((browser) =>
  visitor(browser, { locale: 'en-GB', viewport: { width: 320, height: 640 } }, async (page, _, tolerate) => {
    tolerate(/\/api\/v1\/addin\/bootstrap$/);
    await arrive(page, '/admin/policy');
    await page.getByRole('heading', { name: 'Rules' }).waitFor();
    await tabTo(page, /^Who may send to whom$/);
    await page.keyboard.press('Enter');
    await at(page, '/admin/policy/addresses');
    // Who does not see the page change hears of it.
    await arrived(page, 'Who may send to whom');

    await tabTo(page, /^Add a rule$/);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('competitors');
    await tabTo(page, /^Recipients$/);
    await page.keyboard.type('rival.example');
    await tabTo(page, /^It may be sent, as the other rules say$/);
    await page.keyboard.press('ArrowUp');
    await tabTo(page, /^What the sender is told$/);
    await tabTo(page, /^Save$/);
    await page.keyboard.press('Enter');
    await page.getByText('Version 1 counts from now on.').waitFor();
    await arrived(page, 'Saved');

    await tabTo(page, /^Recipients$/);
    await page.keyboard.type('anna@rival.example');
    await tabTo(page, /^Ask the rules$/);
    await page.keyboard.press('Enter');
    await page.getByText('Rule 1 decides: “competitors”.').waitFor();

    await page.locator('body').press('Home');
    await page.getByRole('link', { name: 'Versions', exact: true }).focus();
    await page.keyboard.press('Enter');
    await at(page, '/admin/policy/versions');
    await arrived(page, 'Versions');
    await page.getByText('2 in all.').waitFor();
    await tabTo(page, /^Version 1$/);
    await page.keyboard.press('Enter');
    await arrived(page, 'Version 1');
    await page.getByText('It is the one that counts.').waitFor();
    await tabTo(page, /^Show all that it says$/);
    await page.keyboard.press('Enter');
    await page.getByText('"name": "competitors"').waitFor();
  }),
);
