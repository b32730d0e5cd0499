// Whether the pane seals: required by the tenant, where this Outlook cannot, where it has forgotten, and as somebody reads it later.
import assert from 'node:assert/strict';

import { Outlook } from './outlook/host.mjs';
import { button, goTo, look, openPane, reader } from './outlook_steps.mjs';
import { journey, order } from './support.mjs';

const LINK = new RegExp(`${order.base_url}/m/[\\w-]{43}(?:#[\\w-]{43})?`, 'g');
const linksIn = (text) => [...new Set(text.match(LINK) ?? [])];
const ADA = { emailAddress: 'admin@demo.example', displayName: 'Ada Owner' };
const ANNA = { emailAddress: 'anna@example.org', displayName: 'Anna' };
const READY = 'The link is in the mail. What you change';

async function written(page, mail) {
  const outlook = await Outlook.compose(page, mail);
  await outlook.address('to', 'anna@example.org');
  await page.locator('#subject').fill('For Anna alone');
  await openPane(outlook);
  return outlook;
}

/** The link that the mail has in place of this one, once all is there. */
async function another(outlook, before) {
  await outlook.page.waitForFunction((second) => !owa.state().html.includes(second), before.split('#')[1]);
  await outlook.pane.getByText('All is there.').waitFor();
  const [now] = linksIn((await outlook.state()).html);
  return now;
}

await journey(async (browser) => {
  // Required, and an Outlook that cannot: nothing is made, and it says what to do. Then it can.
  await reader(browser, {}, async (page, _, tolerate) => {
    tolerate(/\/web\/worker-/);
    // A file that is taken out is removed by whoever comes first: its upload, or what tidies up before all is bound.
    tolerate(/\/api\/v1\/uploads\/[\w-]{36}$/, 404);
    const made = [];
    page.on('request', (request) => request.method() === 'POST' && /\/transfers$/.test(request.url()) && made.push(request.url()));
    const outlook = await written(page);
    const { pane } = outlook;
    await pane.getByText('Your organisation requires that what you send is sealed here').waitFor();
    assert.equal(await pane.getByRole('radio').count(), 0);
    await page.route('**/web/worker-*.js', (route) => route.abort());
    await pane.locator('input[type=file]').first().setInputFiles(order.letter);
    await pane.getByText('This Outlook could not start the part of the pane that seals files.').waitFor();
    await look(outlook, 'sealed-unable');
    assert.equal(await button(pane, 'Let the service seal them').count(), 0, 'not where it is required');
    assert.deepEqual(made, [], 'nothing is made that cannot be sealed');
    await page.unroute('**/web/worker-*.js');
    await button(pane, 'Try again').click();
    await pane.getByText(READY).waitFor();
    const [link] = linksIn((await outlook.state()).html);
    assert.match(link, /#/);

    // Taken out again: a link that was in the mail opens nothing of what is left.
    await pane.locator('input[type=file]').first().setInputFiles(order.file);
    const withBoth = await another(outlook, link);
    await pane.getByRole('button', { name: /letter\.txt/ }).first().click();
    const now = await another(outlook, withBoth);
    assert.equal(now.split('#')[0], link.split('#')[0]);
    await pane.getByText('All is there.').waitFor();

    // This frame may keep nothing, and the pane says so. Opened again, nobody knows how it was sealed: what is there goes as it is.
    await pane.getByText('This Outlook keeps nothing').waitFor();
    const id = (await outlook.state()).headers['x-sealpost-transfer'];
    await page.evaluate(() => {
      owa.mail.saved = true;
    });
    const again = await outlook.reopenDraft();
    await openPane(again);
    await again.pane.getByText('were sealed in another Outlook or browser').waitFor();
    await look(again, 'sealed-foreign');
    assert.deepEqual(linksIn((await again.state()).html), [now]);
    const sent = await again.sendAway();
    assert.deepEqual(linksIn(sent.html), [now]);
    assert.deepEqual(await again.faults(), []);
    assert.equal((await fetch(now, { redirect: 'manual' })).status, 303, 'it was released by the mail alone');

    // Its sender reads it: what can be known of it, and that the rest cannot.
    const header = { 'X-Sealpost-Transfer': id };
    const inbox = await Outlook.inbox(page, [{ id: 'own', subject: 'For Anna alone', from: ADA, to: [ANNA], headers: header, html: sent.html }]);
    await page.getByRole('button', { name: 'For Anna alone' }).click();
    await openPane(inbox);
    await inbox.pane.getByText('The service cannot read subject, message and names of files').waitFor();
    await inbox.pane.getByText('This browser does not know the second part of the links').waitFor();
    await look(inbox, 'sealed-read');
    await goTo(inbox, 'Transfers');
    await inbox.pane.getByRole('link', { name: 'Sealed by you' }).first().waitFor();
    await look(inbox, 'sealed-transfers');
  });

  // An old Outlook that hears nothing of sending: released by hand, with the whole link, in a mail without form.
  await reader(browser, { set: '1.5', platform: 'PC' }, async (page) => {
    const outlook = await written(page, { bodyType: 'text', text: 'Dear Anna,\n' });
    await outlook.pane.locator('input[type=file]').first().setInputFiles(order.letter);
    await outlook.pane.getByText('This Outlook does not tell Sealpost when the mail is sent').waitFor();
    // All is there a moment before the link is in the mail.
    await outlook.page.waitForFunction(() => owa.state().text.includes('/m/'));
    const [link] = linksIn((await outlook.state()).text);
    assert.match(link, /#[\w-]{43}$/);
    await button(outlook.pane, 'Make available now').click();
    await outlook.pane.getByText('The files are available.').waitFor();
    assert.deepEqual(linksIn((await outlook.sendAway()).text), [link]);
    assert.deepEqual(await outlook.faults(), []);
    const recipient = await browser.newPage();
    await recipient.goto(link);
    await recipient.waitForURL(/\/t\/[\w-]{43}#[\w-]{43}$/);
    await recipient.getByRole('button', { name: /^(Open|Öffnen)$/ }).click();
    await recipient.getByText('letter.txt').first().waitFor();
    await recipient.close();
  });
});
