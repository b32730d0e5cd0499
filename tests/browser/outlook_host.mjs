// The Outlook of the other journeys, looked at by itself: what is known of Outlooks (unresolved recipients, empty contents, one event
// for several files, three calls at once, HTML that is rewritten, older sets) holds in it, with a page of our own in place of the pane.
import assert from 'node:assert/strict';

import { attachment, HOSTS, install, Outlook } from './outlook/host.mjs';
import { journey, order, visitor } from './support.mjs';

const PAGE = `<!doctype html><html lang="en"><title>Pane</title><h1>Pane</h1>
<script src="https://appsforoffice.microsoft.com/lib/1/hosted/office.js"></script><script src="probe.js"></script></html>`;
/** Panes ask what journeys ask here: a call by its way from the item, its result. */
const SCRIPT = `
window.ask = (way, ...args) => new Promise((resolve) => {
  const steps = way.split('.');
  const last = steps.pop();
  const it = steps.reduce((at, step) => at?.[step], Office.context.mailbox.item);
  if (typeof it?.[last] !== 'function') return resolve('absent');
  it[last](...args, ({ status, value, error }) => resolve(status === 'succeeded' ? (value ?? 'done') : error.name));
});
window.heard = [];
Office.onReady(() => {
  const { item } = Office.context.mailbox;
  for (const type of ['AttachmentsChanged', 'RecipientsChanged'])
    item.addHandlerAsync?.(Office.EventType[type], () => heard.push(type), () => {});
  document.body.dataset.ready = 'true';
});
Office.actions.associate('onNewMessageComposeHandler', (event) => event.completed());
Office.actions.associate('onMessageAttachmentsChangedHandler', (event) => event.completed());
Office.actions.associate('onMessageRecipientsChangedHandler', (event) => event.completed());
Office.actions.associate('onMessageSendHandler', (event) => event.completed({
  allowEvent: false, errorMessage: 'Not like this.', cancelLabel: 'Take Action', commandId: 'pane', contextData: '{"format":1}',
}));
`;
const POLICY = "default-src 'none'; script-src 'self' https://appsforoffice.microsoft.com; frame-ancestors https://outlook.office.com";

/** A pane that is no more than a page to ask from, with the headers that panes have. */
async function probe(context, scene = {}, policy = POLICY) {
  await context.route(`${order.base_url}/addin/probe/**`, (route) => {
    const isScript = new URL(route.request().url()).pathname.endsWith('.js');
    const headers = { 'content-security-policy': policy, 'content-type': isScript ? 'text/javascript' : 'text/html' };
    return route.fulfill({ status: 200, headers, body: isScript ? SCRIPT : PAGE });
  });
  await install(context, { addin_id: 'probe', ...scene });
}

async function opened(page) {
  const outlook = await Outlook.compose(page);
  await outlook.openPane();
  await outlook.pane.locator('body[data-ready]').waitFor();
  const frame = await outlook.frame();
  return { outlook, ask: (way, ...args) => frame.evaluate(([it, all]) => ask(it, ...all), [way, args]), frame };
}

await journey(async (browser) => {
  const options = { locale: 'en-GB', hosts: HOSTS };
  await visitor(browser, options, async (page, context) => {
    await probe(context);
    const { outlook, ask, frame } = await opened(page);
    assert.equal(await frame.evaluate(() => window.isSecureContext && window.origin), order.base_url);
    assert.equal(await frame.evaluate(() => window.history.pushState), null);

    // Who stands half-typed in a field is nobody yet.
    await outlook.field('to').fill('Anna <anna@example.org>');
    assert.deepEqual(await ask('to.getAsync'), []);
    await outlook.field('to').press('Enter');
    assert.deepEqual(await ask('to.getAsync'), [{ recipientType: 'other', emailAddress: 'anna@example.org', displayName: 'Anna' }]);

    // One event for three files, one of which says that it was read, and is empty.
    await outlook.attach([attachment('a.txt', 'aa'), attachment('b.txt', 'bbb', { empty: true }), attachment('c.txt', 'c')]);
    const listed = await ask('getAttachmentsAsync');
    assert.deepEqual(listed.map(({ name, size }) => [name, size]), [['a.txt', 2], ['b.txt', 3], ['c.txt', 1]]);
    assert.deepEqual((await frame.evaluate(() => heard)).filter((one) => one === 'AttachmentsChanged'), ['AttachmentsChanged']);
    assert.equal((await ask('getAttachmentContentAsync', listed[0].id)).content, 'YWE=');
    assert.equal((await ask('getAttachmentContentAsync', listed[1].id)).content, '');
    assert.equal(await ask('removeAttachmentAsync', listed[0].id), 'done');

    // A fourth call at once fails.
    const four = await frame.evaluate(() => Promise.all(['to', 'cc', 'bcc', 'subject'].map((one) => ask(`${one}.getAsync`))));
    assert.deepEqual(four.map((one) => one === 'Operation Not Supported'), [false, false, false, true]);

    // HTML stands where the cursor is, rewritten.
    await page.locator('#html').fill('before after');
    await page.locator('#html').press('Home');
    for (let steps = 0; steps < 7; steps += 1) await page.keyboard.press('ArrowRight');
    const block = '<table id="x" style="color:red" width=100><tr><td bgcolor=#ffffff>here</td></tr></table>';
    await ask('body.setSelectedDataAsync', block, { coercionType: 'html' });
    assert.equal(
      (await outlook.state()).html,
      'before <div><table width="100"><tbody><tr><td bgcolor="#ffffff">here</td></tr></tbody></table></div>after',
    );

    // What the mail keeps outlives the pane; a window of its own has other attachments, and the same mail.
    await ask('sessionData.setAsync', 'key', 'value');
    await ask('internetHeaders.setAsync', { 'x-one': '1' });
    await outlook.closePane();
    await outlook.openPane();
    await outlook.pane.locator('body[data-ready]').waitFor();
    const again = await outlook.frame();
    assert.equal(await again.evaluate(() => ask('sessionData.getAsync', 'key')), 'value');
    const apart = await outlook.popOut();
    const after = await apart.state();
    assert.deepEqual([after.session.key, after.headers['x-one'], after.attachments[0].id[0]], ['value', '1', 'P']);

    // Sending asks, and taking action opens the pane with what the alert handed over.
    await apart.send();
    await apart.alert.getByText('Not like this.').waitFor();
    await apart.alert.getByRole('button', { name: 'Take Action' }).click();
    await apart.pane.locator('body[data-ready]').waitFor();
    const told = await (await apart.frame()).evaluate(() => ask('getInitializationContextAsync'));
    assert.equal(told, '{"format":1}');
    await apart.send();
    await apart.alert.getByRole('button', { name: 'Send Anyway' }).click();
    assert.equal((await apart.sent()).length, 1);
    assert.deepEqual([...(await apart.faults()), ...(await outlook.faults())], []);
  });

  // An older Outlook has less of it; and a mail in plain text takes no HTML.
  await visitor(browser, options, async (page, context) => {
    await probe(context, { set: '1.5', platform: 'PC' });
    const { outlook, ask } = await opened(page);
    assert.deepEqual(
      [await ask('getAttachmentsAsync'), await ask('sessionData.getAsync', 'key'), await ask('internetHeaders.getAsync', [])],
      ['absent', 'absent', 'absent'],
    );
    await page.evaluate(() => owa.start({ bodyType: 'text', text: 'Hello' }));
    assert.equal(await ask('body.setSelectedDataAsync', '<b>no</b>', { coercionType: 'html' }), 'InvalidFormatError');
    assert.equal(await ask('body.prependAsync', 'yes ', { coercionType: 'text' }), 'done');
    assert.equal((await outlook.state()).text, 'yes Hello');
    // No event of sending: the mail goes.
    await outlook.address('to', 'anna@example.org');
    await outlook.sendAway();
  });

  // A pane that another page may not have in a frame is not shown.
  const context = await browser.newContext();
  const page = await context.newPage();
  await probe(context, { events: null }, POLICY.replace('https://outlook.office.com', "'none'"));
  const said = page.waitForEvent('console', (message) => /frame-ancestors/.test(message.text()));
  const outlook = await Outlook.compose(page);
  await outlook.openPane();
  await said;
  await context.close();
});
