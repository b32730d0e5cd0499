// What Outlook asks when a mail is sent: over the threshold, of a kind that may not be sent, with an upload still running; and that the
// mail goes out when the service does not answer.
import assert from 'node:assert/strict';

import { attachment, install, Outlook } from './outlook/host.mjs';
import { button, look, openPane, reader, signIn } from './outlook_steps.mjs';
import { journey, order } from './support.mjs';

const BIG = attachment('report.txt', 'x'.repeat(60_000));

/** A mail to Anna with these attachments. */
async function mail(page, files) {
  const outlook = await Outlook.compose(page);
  await outlook.address('to', 'anna@example.org');
  await page.locator('#subject').fill('The report');
  if (files.length > 0) await outlook.attach(files);
  return outlook;
}

await journey(async (browser) => {
  // Over the threshold: asked, and taken over into the pane, one by one; what Outlook hands over empty stays and is told.
  await reader(browser, { send_mode: 'soft_block' }, async (page) => {
    const outlook = await mail(page, [BIG, attachment('second.txt', 'y'.repeat(50_000)), attachment('empty.txt', 'z'.repeat(9), { empty: true })]);
    await outlook.send();
    await outlook.alert.waitFor();
    assert.equal(await outlook.alert.getByRole('button', { name: 'Send Anyway' }).count(), 1);
    await outlook.alert.getByRole('button').last().click();
    await signIn(outlook);
    const { pane } = outlook;
    await pane.getByText('Outlook has handed over nothing of this file.').waitFor();
    await pane.getByText('The link is in the mail. What you change').waitFor();
    await page.waitForFunction(() => owa.mail.attachments.length === 1);
    await look(outlook, 'taken-over');
    const state = await outlook.state();
    assert.deepEqual(state.attachments.map(({ name }) => name), ['empty.txt']);
    assert.match(state.html, /report\.txt/);
    const sent = await outlook.sendAway();
    assert.match(sent.html, /\/m\/[\w-]{43}/);
    assert.deepEqual(await outlook.faults(), []);
  });

  // Of a kind that may not be sent: not like this, and nobody can send it anyway.
  await reader(browser, { send_mode: 'soft_block', set: '1.12' }, async (page) => {
    const outlook = await mail(page, [attachment('tool.exe', 'MZ')]);
    await outlook.send();
    await outlook.alert.getByText(/tool\.exe/).waitFor();
    assert.equal(await outlook.alert.getByRole('button', { name: 'Send Anyway' }).count(), 0);
    await outlook.alert.getByRole('button').click();
    assert.deepEqual(await outlook.sent(), []);
    await page.evaluate(() => {
      owa.mail.attachments = [];
    });
    await outlook.sendAway();
    assert.deepEqual(await outlook.faults(), []);
  });

  // An upload that is running: the mail waits for the sender to say so.
  await reader(browser, { send_mode: 'soft_block' }, async (page, _, tolerate) => {
    tolerate(/\/api\/v1\/addin\/events\/.*\/send$/);
    const outlook = await mail(page, []);
    await openPane(outlook);
    const session = await page.context().newCDPSession(await outlook.frame());
    await session.send('Network.enable');
    await session.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 100_000 });
    await outlook.pane.locator('input[type=file]').first().setInputFiles(order.file);
    await button(outlook.pane, 'Pause').waitFor();
    await page.waitForFunction(() => 'sealpost.transfer' in owa.mail.session);
    await outlook.send();
    await outlook.alert.waitFor();
    await page.screenshot({ path: `${order.screenshots}/outlook-alert-uploading.png` });
    assert.deepEqual(await outlook.sent(), []);
    assert.deepEqual(await outlook.faults(), []);
  });

  // Nothing of the service is there: the mail goes out.
  const context = await browser.newContext();
  const page = await context.newPage();
  await install(context, { addin_id: order.addin_id, send_mode: 'soft_block', event_limit: 3000 });
  await context.route(`${order.base_url}/**`, (route) => route.abort());
  const outlook = await mail(page, [BIG, attachment('second.txt', 'y'.repeat(50_000))]);
  await outlook.sendAway();
  await context.close();
});
