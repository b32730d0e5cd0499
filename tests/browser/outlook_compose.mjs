// A mail with files, from its first recipient to who fetches them: recipients live and refused, files that pause and go on, also after
// the pane was closed in the middle; the link in the mail; a recipient more and one less; sent, and fetched by the link in the mail.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { Outlook } from './outlook/host.mjs';
import { button, look, openPane, post, reader } from './outlook_steps.mjs';
import { journey, order } from './support.mjs';

const hash = (bytes) => createHash('sha256').update(bytes).digest('hex');
const linksIn = (html) => html.match(new RegExp(`${order.base_url}/m/[\\w-]{43}`, 'g')) ?? [];

/** Lets the pane's frame send so many bytes in a second; -1 lifts the bound. */
async function line(outlook, bytes) {
  const session = await outlook.page.context().newCDPSession(await outlook.frame());
  await session.send('Network.enable');
  const conditions = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: bytes };
  await session.send('Network.emulateNetworkConditions', conditions);
}

/** Fetches the first file by a recipient's own link. */
async function fetched(link) {
  const verified = await (await post('/api/v1/links/verify', { token: link.split('/').at(-1) })).json();
  const { id, files } = verified.delivery;
  const address = `${order.base_url}/api/v1/deliveries/${id}/files/${files[0].id}/content`;
  const answer = await fetch(address, { headers: { authorization: `Bearer ${verified.grant}` } });
  return hash(Buffer.from(await answer.arrayBuffer()));
}

await journey(async (browser) => {
  await reader(browser, {}, async (page, context, tolerate) => {
    const outlook = await Outlook.compose(page);
    const { pane } = outlook;
    await page.locator('#subject').fill('Your scans');
    await page.locator('#html').fill('Dear Anna, here they are.');
    await openPane(outlook);
    await pane.getByText('Write in To, Cc or Bcc').waitFor();
    await look(outlook, 'compose-empty');

    // Whoever Outlook knows is there at once; who is half-typed is not yet.
    await outlook.field('to').fill('anna@exam');
    await outlook.address('to', 'Anna Beispiel <anna@example.org>');
    await pane.getByText('anna@example.org').waitFor();
    await outlook.address('cc', 'bert@example.org');
    await pane.getByText('bert@example.org').waitFor();

    // A file is on its way from the moment it is chosen.
    // So slow that it is not through before the pane is closed, however slow the machine is.
    await line(outlook, 25_000);
    await pane.locator('input[type=file]').first().setInputFiles(order.file);
    await button(pane, 'Pause').click();
    await button(pane, 'Go on').waitFor();
    await look(outlook, 'compose-paused');
    await button(pane, 'Go on').click();
    await button(pane, 'Pause').waitFor();

    // A rule refuses somebody: the pane says why, and the others keep what they have.
    tolerate(/\/api\/v1\/transfers\/[\w-]{36}$/);
    await outlook.address('to', 'eve@rival.example');
    await pane.getByText('Not to competitors').first().waitFor();
    await look(outlook, 'compose-refused');
    await outlook.unaddress('eve@rival.example');
    await pane.getByText('Not to competitors').first().waitFor({ state: 'detached' });

    // The pane is closed in the middle: the file that is chosen again goes on where it was.
    await outlook.closePane();
    await openPane(outlook);
    await pane.getByText(/Befund/).first().waitFor();
    await look(outlook, 'compose-reopened');
    await pane.locator('input[type=file]').first().setInputFiles(order.file);
    await pane.getByText('The link is in the mail. What you change').waitFor();
    await look(outlook, 'compose-ready');
    const written = await outlook.state();
    assert.equal(new Set(linksIn(written.html)).size, 1);
    assert.match(written.html, /Befund/);
    assert.match(written.html, /Dear Anna/);
    const id = written.headers['x-sealpost-transfer'];
    assert.match(id, /^[0-9a-f-]{36}$/);

    // One recipient less before it is sent, and it is: nobody is asked anything.
    await outlook.unaddress('bert@example.org');
    await pane.getByText('bert@example.org').waitFor({ state: 'detached' });
    const sent = await outlook.sendAway();
    const [link] = linksIn(sent.html);
    assert.deepEqual(await outlook.faults(), []);

    // Who gets the mail opens its link, and has what was sent.
    const recipient = await browser.newContext();
    const his = await recipient.newPage();
    await his.goto(link);
    await his.waitForURL(/\/t\/[\w-]{43}$/);
    await his.getByText(/Befund/).first().waitFor();
    assert.equal(await fetched(his.url()), hash(readFileSync(order.file)), 'what arrives is what was sent');
    await recipient.close();
  });
});
