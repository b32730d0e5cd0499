// Who gets what is sealed to his key needs no mouse: Tab, Enter, blanks and letters, from the first passphrase to the last file.
import assert from 'node:assert/strict';
import { basename, join } from 'node:path';

import { arriveAtKeys, button, mailedLink, PASSPHRASE, sendIn } from './key_steps.mjs';
import { journey, order, tabTo, visitor } from './support.mjs';

const names = order.files.map((path) => basename(path));
const literally = (text) => new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
/** The heading of what one has come to has the focus: who does not see the page change hears of it. */
const arrived = (page, name) => page.getByRole('heading', { name, exact: true }).and(page.locator(':focus')).waitFor();
/** The field that has the focus is one with a fault. */
const faulty = (page) => page.locator('[aria-invalid=true]:focus').waitFor();

async function makePair(page) {
  await tabTo(page, /^New passphrase$/);
  await page.keyboard.type('password1234');
  await page.keyboard.press('Enter');
  await page.getByText('Too easy to guess: add words.').waitFor();
  await faulty(page);
  await page.keyboard.press('Control+A');
  await page.keyboard.type(PASSPHRASE);
  await tabTo(page, /^Once more$/);
  await page.keyboard.type(`${PASSPHRASE} kamin`);
  await tabTo(page, /^Make the key pair$/);
  await page.keyboard.press('Enter');
  await page.getByText('The two are not the same.').waitFor();
  await faulty(page);
  await page.keyboard.press('Control+A');
  await page.keyboard.type(PASSPHRASE);
  await page.keyboard.press('Enter');
  await page.getByRole('status').getByText('Your key pair is made.').waitFor();
  // The form that had the focus gives way to what can be done with the pair.
  await button(page, 'Change the passphrase').waitFor();
  await tabTo(page, /^Change the passphrase$/);
}

/** Asks for files that are sealed to his key; gives the link. */
async function ask(page) {
  await page.goto(`${order.base_url}/requests/new`);
  await page.getByLabel('What it is about').waitFor();
  await tabTo(page, /^What it is about$/);
  await page.keyboard.type('With ten fingers');
  await tabTo(page, /^Sealed to my key$/);
  await page.keyboard.press('Space');
  await page.getByText('Kinds of files cannot be asked for then').waitFor();
  await tabTo(page, /^Make the link$/);
  await page.keyboard.press('Enter');
  await page.getByText('sealed to your key').waitFor();
  return page.locator('code').filter({ hasText: '/r/' }).first().textContent();
}

async function open(page, link) {
  await page.goto(link);
  await page.getByText('These files were sealed in the sender').waitFor();
  await tabTo(page, /^Go on$/);
  await page.keyboard.press('Enter');
  await arrived(page, 'Open your key');
  await tabTo(page, /^Passphrase of your key$/);
  await page.keyboard.press('Enter');
  await faulty(page);
  await page.keyboard.type('not this one at all');
  await page.keyboard.press('Enter');
  await page.getByText('This passphrase does not open your key.').waitFor();
  await faulty(page);
  await page.keyboard.press('Control+A');
  await page.keyboard.type(PASSPHRASE);
  await page.keyboard.press('Enter');
  await arrived(page, 'Files for you');
}

await journey((browser) =>
  visitor(browser, { locale: 'en-GB' }, async (page, _, tolerate) => {
    tolerate(/\/api\/v1\/addin\/bootstrap$/);
    await arriveAtKeys(page);
    await makePair(page);
    await sendIn(browser, await ask(page), order.files);
    const { link } = await mailedLink();
    await open(page, link);
    for (const name of names) {
      await tabTo(page, literally(`Download ${name}`));
      const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
      await download.saveAs(join(order.folder, name));
      assert.equal(await download.failure(), null, name);
    }
  }),
);
