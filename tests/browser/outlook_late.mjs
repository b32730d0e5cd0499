// What happens to a mail's files when the pane is not there: somebody is added and somebody taken out shortly before it is sent, which
// the sender is told before; a rule refuses somebody; a draft that was saved is opened again; and what nobody has let go is let go later.
import assert from 'node:assert/strict';

import { Outlook } from './outlook/host.mjs';
import { button, goTo, look, openPane, reader } from './outlook_steps.mjs';
import { journey, order } from './support.mjs';

const linkIn = (text) => text.match(new RegExp(`${order.base_url}/m/[\\w-]{43}`))?.[0];
/** Where a mail's link leads who says that this is his address. */
async function leads(link, address) {
  const { status, headers } = await fetch(link, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ address }) });
  return status === 303 ? headers.get('location') : status;
}
const bar = (page, text) => page.locator('#bars').getByText(text).waitFor();

/** A mail to these with the file of the order in it, all of it there. */
async function withFile(page, ...addresses) {
  const outlook = await Outlook.compose(page);
  for (const address of addresses) await outlook.address('to', address);
  await page.locator('#subject').fill('Late changes');
  await openPane(outlook);
  await outlook.pane.locator('input[type=file]').first().setInputFiles(order.file);
  await outlook.pane.getByText('The link is in the mail. What you change').waitFor();
  return outlook;
}

await journey(async (browser) => {
  // One more and one less, without the pane.
  await reader(browser, {}, async (page) => {
    const outlook = await withFile(page, 'anna@example.org', 'bert@example.org');
    await outlook.closePane();
    await outlook.address('cc', 'carla@example.org');
    await bar(page, 'carla@example.org can fetch the files of this mail once it is sent.');
    await outlook.unaddress('carla@example.org');
    await outlook.unaddress('bert@example.org');
    await bar(page, 'bert@example.org can no longer fetch the files of this mail once it is sent.');
    await outlook.address('bcc', 'carla@example.org');
    const link = linkIn((await outlook.sendAway()).html);
    assert.match(String(await leads(link, 'Carla@Example.org')), /\/t\/[\w-]{43}$/, 'who was added');
    assert.match(String(await leads(link, 'anna@example.org')), /\/t\/[\w-]{43}$/);
    assert.ok(Number(await leads(link, 'bert@example.org')) >= 200, 'who was taken out is led nowhere');
    assert.deepEqual(await outlook.faults(), []);
  });

  // Somebody to whom a rule lets nothing go: the sender hears why, and the mail stays.
  await reader(browser, { send_mode: 'soft_block' }, async (page, _, tolerate) => {
    tolerate(/\/api\/v1\/addin\/events\/.*\/send$/);
    const outlook = await withFile(page, 'anna@example.org');
    await outlook.closePane();
    await outlook.address('cc', 'eve@rival.example');
    await outlook.send();
    await outlook.alert.getByText(/eve@rival\.example.*Not to competitors/).waitFor();
    await page.screenshot({ path: `${order.screenshots}/outlook-alert-refused.png` });
    assert.deepEqual(await outlook.sent(), []);
    await outlook.alert.getByRole('button').last().click();
    await outlook.closePane();
    await outlook.unaddress('eve@rival.example');
    const link = linkIn((await outlook.sendAway()).html);
    assert.equal((await fetch(link, { redirect: 'manual' })).status, 303, 'Anna is asked nothing');
    assert.deepEqual(await outlook.faults(), []);
  });

  // A draft that was saved: its session is gone, its header and the mailbox's settings are not.
  await reader(browser, {}, async (page) => {
    const first = await withFile(page, 'anna@example.org');
    const { html, headers } = await first.state();
    await page.evaluate(() => {
      owa.mail.saved = true;
    });
    const again = await first.reopenDraft();
    await openPane(again);
    await again.pane.getByText('The link is in the mail. What you change').waitFor();
    const now = await again.state();
    assert.equal(linkIn(now.html), linkIn(html));
    assert.equal(now.headers['x-sealpost-transfer'], headers['x-sealpost-transfer']);
    const link = linkIn((await again.sendAway()).html);
    assert.equal((await fetch(link, { redirect: 'manual' })).status, 303);
    assert.deepEqual(await again.faults(), []);
  });

  // An old Outlook sent the mail, and nobody has pressed the button: it is let go among the transfers.
  await reader(browser, { set: '1.8', platform: 'PC' }, async (page) => {
    const outlook = await withFile(page, 'anna@example.org');
    const link = linkIn((await outlook.state()).html);
    await goTo(outlook, 'Transfers');
    await outlook.pane.getByRole('link', { name: 'Late changes' }).first().click();
    await outlook.pane.getByText('Its link stands in a mail of yours').waitFor();
    await look(outlook, 'transfer-waiting');
    assert.equal((await fetch(link, { redirect: 'manual' })).status, 200);
    await button(outlook.pane, 'Make it available now').click();
    await outlook.pane.getByText('Available', { exact: true }).first().waitFor();
    assert.equal((await fetch(link, { redirect: 'manual' })).status, 303);
    assert.deepEqual(await outlook.faults(), []);
  });
});
