// Files are asked for in a mail: its one recipient alone may use the link, which stands in the mail once, however often it is made;
// somebody sends in by it, and it is seen in the pane.
import assert from 'node:assert/strict';

import { Outlook } from './outlook/host.mjs';
import { button, goTo, look, openPane, post, reader, sendIn } from './outlook_steps.mjs';
import { journey, order } from './support.mjs';

const linksIn = (text) => text.match(new RegExp(`${order.base_url}/r/[\\w-]{43}`, 'g')) ?? [];
const opens = async (link) => (await post('/api/v1/requests/open', { token: link.split('/').at(-1) })).status;

async function ask(pane, title) {
  await button(pane, 'Ask for files').click();
  await pane.getByLabel('What it is about').fill(title);
}

await journey(async (browser) => {
  await reader(browser, {}, async (page) => {
    const outlook = await Outlook.compose(page);
    const { pane } = outlook;
    await page.locator('#html').fill('Dear Anna, ');
    await outlook.address('to', 'anna@example.org');
    await openPane(outlook);
    await goTo(outlook, 'Requests');
    await pane.getByText('You have asked for nothing yet.').waitFor();
    await ask(pane, 'X-rays of 2026');

    // One recipient: he alone. Two: whoever has the link, until one is chosen.
    const who = pane.getByLabel('Who may use it');
    await who.waitFor();
    assert.equal(await who.inputValue(), 'anna@example.org');
    await outlook.address('cc', 'bert@example.org');
    await who.getByText('bert@example.org').waitFor({ state: 'attached' });
    assert.equal(await who.inputValue(), '');
    await who.selectOption('anna@example.org');
    await look(outlook, 'ask');
    await button(pane, 'Make the link').click();
    await pane.getByRole('heading', { name: 'X-rays of 2026' }).waitFor();
    await pane.getByText('The link stands in this mail.').waitFor();
    await look(outlook, 'asked');
    const [first, ...doubled] = [...new Set(linksIn((await outlook.state()).html))];
    assert.deepEqual(doubled, []);
    assert.match((await outlook.state()).html, /^Dear Anna,/);

    // Made again, it takes the place of the first, which leads nowhere from then on; in the language of whom it goes to.
    await goTo(outlook, 'Requests');
    await ask(pane, 'X-rays of 2025 and 2026');
    await pane.getByLabel('Who may use it').selectOption('anna@example.org');
    await pane.getByLabel('Language of what stands in the mail').selectOption('de');
    await button(pane, 'Make the link').click();
    await pane.getByText('The link stands in this mail.').waitFor();
    const html = (await outlook.state()).html;
    const [second, ...more] = [...new Set(linksIn(html))];
    assert.deepEqual(more, []);
    assert.notEqual(second, first);
    assert.match(html, /Bitte senden Sie mir/);
    assert.equal(await opens(first), 404);
    assert.equal(await opens(second), 200);

    // Somebody takes the block out: the pane says so, and puts it back.
    await page.locator('#html').fill('Dear Anna, ');
    await goTo(outlook, 'Requests');
    await pane.getByRole('link', { name: 'X-rays of 2025 and 2026' }).click();
    await pane.getByText('The link does not stand in this mail.').waitFor();
    await look(outlook, 'asked-missing');
    await button(pane, 'Put it into the mail').click();
    await pane.getByText('The link stands in this mail.').waitFor();
    await outlook.closePane();
    const sent = await outlook.sendAway();
    assert.deepEqual([...new Set(linksIn(sent.html))], [second]);

    // She sends in, and it is seen.
    await sendIn(second, { email: 'anna@example.org', name: 'Anna' }, { name: 'scan.txt', text: 'first' });
    const mail = { id: 'asked', subject: 'Please send', from: { emailAddress: order.email, displayName: '' }, headers: {}, html: sent.html };
    const inbox = await Outlook.inbox(page, [mail]);
    await page.getByRole('button', { name: 'Please send' }).click();
    await openPane(inbox);
    await inbox.pane.getByRole('heading', { name: 'X-rays of 2025 and 2026' }).waitFor();
    await inbox.pane.getByText('anna@example.org').first().waitFor();
    await inbox.pane.getByText('You have not fetched it yet').waitFor();
    await look(inbox, 'asked-received');
    assert.deepEqual(await inbox.faults(), []);
  });

  // A mail in plain text gets lines.
  await reader(browser, { set: '1.8', platform: 'Mac' }, async (page) => {
    const outlook = await Outlook.compose(page, { bodyType: 'text', text: 'Dear Anna,\n' });
    await outlook.address('to', 'anna@example.org');
    await openPane(outlook);
    await goTo(outlook, 'Requests');
    await ask(outlook.pane, 'Plans');
    await button(outlook.pane, 'Make the link').click();
    await outlook.pane.getByText('The link stands in this mail.').waitFor();
    const { text } = await outlook.state();
    assert.equal(linksIn(text).length, 1);
    assert.ok(text.includes('Dear Anna,') && !text.includes('<'), text);
  });
});
