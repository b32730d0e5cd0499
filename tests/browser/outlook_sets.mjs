// The same mail in Outlooks of different age, and in plain text: the link comes into it, and the files become available by the event of
// sending, or by hand where there is none. A mail that is popped out knows its files; one that is discarded leaves nothing available.
import assert from 'node:assert/strict';

import { Outlook } from './outlook/host.mjs';
import { button, look, openPane, post, reader } from './outlook_steps.mjs';
import { journey, order } from './support.mjs';

const linkIn = (text) => text.match(new RegExp(`${order.base_url}/m/[\\w-]{43}`))?.[0];
/** Where a mail's link leads who is its only recipient. */
const leads = async (link) => (await fetch(link, { redirect: 'manual' })).status;

/** A mail to Anna with the file of the order in it, and the pane beside. */
async function withFile(page, mail) {
  const outlook = await Outlook.compose(page, mail);
  await outlook.address('to', 'anna@example.org');
  await openPane(outlook);
  await outlook.pane.locator('input[type=file]').first().setInputFiles(order.file);
  await outlook.pane.getByText('The link is in the mail. What you change').waitFor();
  return outlook;
}

const OLD = [
  ['1.5', 'PC'],
  ['1.8', 'Mac'],
];
const NEW = [
  ['1.12', 'PC'],
  ['1.15', 'OfficeOnline'],
];

await journey(async (browser) => {
  for (const [set, platform] of OLD) {
    await reader(browser, { set, platform }, async (page) => {
      const outlook = await withFile(page);
      await outlook.pane.getByText('This Outlook does not tell Sealpost when the mail is sent').waitFor();
      await look(outlook, `set-${set}`);
      const link = linkIn((await outlook.state()).html);
      assert.equal(await leads(link), 200);
      await button(outlook.pane, 'Make available now').click();
      await outlook.pane.getByText('The files are available.').waitFor();
      assert.equal(await leads(link), 303);
      await outlook.sendAway();
      assert.deepEqual(await outlook.faults(), []);
    });
  }
  for (const [set, platform] of NEW) {
    await reader(browser, { set, platform }, async (page) => {
      const outlook = await withFile(page, { bodyType: 'text', text: 'Dear Anna,\n' });
      const link = linkIn((await outlook.state()).text);
      assert.equal(await leads(link), 200);
      // In a window of its own, and without a pane in it: the event knows what is to be done.
      const apart = await outlook.popOut();
      const sent = await apart.sendAway();
      assert.ok(sent.text.includes('Dear Anna,') && linkIn(sent.text) === link, sent.text);
      assert.equal(await leads(link), 303);
      assert.deepEqual(await apart.faults(), []);
    });
  }
  // Discarded: the link leads to nothing that anybody could fetch.
  await reader(browser, {}, async (page) => {
    const outlook = await withFile(page);
    const link = linkIn((await outlook.state()).html);
    await outlook.discard();
    assert.equal(await leads(link), 200);
    const token = link.split('/').at(-1);
    assert.equal((await post('/api/v1/links/open', { token })).status, 404);
  });
});
