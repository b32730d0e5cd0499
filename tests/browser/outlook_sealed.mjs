// A mail whose files the pane seals: chosen by its sender, cut in the middle by a closed pane, with an attachment that was taken over and a
// password at last; sent with one recipient more and one less; opened by the mail's link with the keyboard. Nothing but the mail says its
// second part.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { lookAt } from './look.mjs';
import { attachment, Outlook } from './outlook/host.mjs';
import { button, look, openPane, reader } from './outlook_steps.mjs';
import { HERE } from './sealed_steps.mjs';
import { journey, lasting, order, tabTo } from './support.mjs';

const LINK = new RegExp(`${order.base_url}/m/[\\w-]{43}(?:#[\\w-]{43})?`, 'g');
const linksIn = (html) => [...new Set(html.match(LINK) ?? [])];
const secondOf = (link) => link.split('#')[1];

/** Lets the pane's frame send so many bytes in a second; -1 lifts the bound. */
async function line(outlook, bytes) {
  const session = await outlook.page.context().newCDPSession(await outlook.frame());
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: bytes });
}

/** Waits until the mail has one link, and it is another than `before`. */
async function linked(outlook, before) {
  for (let tries = 0; tries < 200; tries += 1) {
    const links = linksIn((await outlook.state()).html);
    if (links.length === 1 && links[0] !== before) return links[0];
    await outlook.page.waitForTimeout(100);
  }
  throw new Error('the mail has no link of its own');
}

/** Saves what a button gives, and waits until the page says that it is whole. */
async function save(page, name, as) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name, exact: true }).click()]);
  await download.saveAs(join(order.downloads, as));
  assert.equal(await download.failure(), null);
}

await journey(async (browser) => {
  let sent;
  let password;
  const heard = [];
  await reader(lasting(join(order.downloads, '../profile')), {}, async (page, context) => {
    // Whatever goes anywhere: addresses, headers and bodies.
    context.on('request', (request) => {
      heard.push(`${request.method()} ${request.url()} ${JSON.stringify(request.headers())} ${request.postDataBuffer()?.toString('latin1') ?? ''}`);
    });
    const outlook = await Outlook.compose(page);
    const { pane } = outlook;
    await page.locator('#subject').fill('canary of a subject');
    await page.locator('#html').fill('Dear Anna, here they are.');
    await outlook.address('to', 'Anna Beispiel <anna@example.org>');
    await outlook.address('cc', 'bert@example.org');
    await openPane(outlook);
    await pane.getByRole('radio', { name: HERE }).check();
    await look(outlook, 'sealed-choice');

    // The pane is closed when the first of three parts has arrived.
    await line(outlook, 4_000_000);
    const stored = page.waitForResponse((response) => response.request().method() === 'PATCH' && response.status() === 204 && response.url().includes('/uploads/'));
    await pane.locator('input[type=file]').first().setInputFiles(order.large);
    await pane.getByText('Sealed here: the service cannot read these files.').waitFor();
    await stored;
    await outlook.closePane();
    await openPane(outlook);
    await pane.getByText(/of it have arrived/).waitFor();
    await look(outlook, 'sealed-reopened');
    await pane.locator('input[type=file]').first().setInputFiles(order.large);
    await pane.getByText('The link is in the mail. What you change').waitFor();
    const first = await linked(outlook);
    assert.equal(secondOf(first).length, 43);
    await look(outlook, 'sealed-ready');

    // An attachment leaves the mail once all that opens it is with the service.
    await outlook.attach([attachment('letter.txt', readFileSync(order.letter))]);
    await button(pane, 'Take over letter.txt').click();
    await page.waitForFunction(() => owa.state().attachments.length === 0);
    const second = await linked(outlook, first);
    assert.equal(second.split('#')[0], first.split('#')[0], 'what comes along changes its second part alone');

    // With a password as well: the one before opens nothing any more.
    await pane.locator('summary').first().click();
    await pane.getByLabel('What recipients must show').selectOption('password');
    const now = await linked(outlook, second);
    await pane.getByText('All is there. Recipients can fetch the files when you send the mail.').waitFor();
    password = await pane.locator('code').first().textContent();
    assert.match(password, /^[a-z2-9-]{20,}$/);
    await look(outlook, 'sealed-password');
    const written = await outlook.state();
    assert.deepEqual(linksIn(written.html), [now]);
    assert.doesNotMatch(written.html, /canary-of-a-name|letter\.txt/, 'the mail names no files');
    assert.ok(!JSON.stringify([written.session, written.headers, written.properties]).includes(secondOf(now)));

    // One more and one less, without the pane.
    await outlook.closePane();
    await outlook.unaddress('bert@example.org');
    await outlook.address('cc', 'carla@example.org');
    sent = await outlook.sendAway();
    assert.deepEqual(await outlook.faults(), []);
    for (const secret of [secondOf(first), secondOf(second), secondOf(now), password, 'canary of a subject', 'canary-of-a-name']) {
      assert.deepEqual(heard.filter((said) => said.includes(secret) && !said.includes('outlook.office.com')), [], 'the pane says nothing of it');
    }
  });

  const [link] = linksIn(sent.html);
  const recipient = await browser.newContext({ locale: 'en-GB', acceptDownloads: true });
  const said = [];
  recipient.on('request', (request) => said.push(`${request.url()} ${JSON.stringify(request.headers())} ${request.postData() ?? ''}`));
  const page = await recipient.newPage();
  await page.goto(link);
  await page.getByLabel('Your e-mail address').waitFor();
  await lookAt(page, 'mail-address');
  // Another language, a wrong address and the right one: what stands behind # goes along.
  await tabTo(page, /^Nederlands$/);
  await page.keyboard.press('Enter');
  await page.getByLabel('Uw e-mailadres').waitFor();
  assert.equal(page.url(), link);
  await page.getByRole('button', { name: 'English' }).click();
  const field = page.getByLabel('Your e-mail address');
  await field.fill('bert@example.org');
  await page.keyboard.press('Enter');
  await page.getByText('Nothing is kept here for that address').waitFor();
  assert.equal(page.url(), link, 'the answer of the form, too');
  await field.fill('carla@example.org');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/t\/[\w-]{43}#[\w-]{43}$/);
  assert.equal(secondOf(page.url()), secondOf(link));
  await page.getByLabel('Password').fill(password);
  await page.keyboard.press('Enter');
  await page.getByText('canary of a subject').waitFor();
  await lookAt(page, 'mail-sealed-inside');
  await save(page, 'Download Befund Röntgen canary-of-a-name.dcm', 'chromium.dcm');
  await save(page, 'Download letter.txt', 'chromium.txt');
  assert.deepEqual(said.filter((one) => one.includes(secondOf(link))), [], 'no browser sends it');
  await recipient.close();

  writeFileSync(order.outcome, JSON.stringify({ link, password }));
});
