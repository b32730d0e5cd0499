// The pane looks into what it seals: what rules refuse is told before anything of it goes. That file, and one that has changed meanwhile, are taken
// out of the mail, and the others go with it, none of them a second time.
import assert from 'node:assert/strict';
import { copyFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { Outlook } from './outlook/host.mjs';
import { button, look, openPane, reader } from './outlook_steps.mjs';
import { HERE } from './sealed_steps.mjs';
import { journey, order } from './support.mjs';

const LINK = new RegExp(`${order.base_url}/m/[\\w-]{43}#[\\w-]{43}`, 'g');
const linksIn = (text) => [...new Set(text.match(LINK) ?? [])];

await journey((browser) =>
  reader(browser, {}, async (page, _, tolerate) => {
    // A file that is taken out is removed by whoever comes first: its upload, or what tidies up before all is bound. What was just written is held.
    tolerate(/\/api\/v1\/uploads\/[\w-]{36}$/);
    const [begun, patched] = [[], []];
    page.on('request', (request) => {
      if (request.method() === 'POST' && /\/transfers\/[^/]+\/files$/.test(request.url())) begun.push(request.url());
      if (request.method() === 'PATCH' && /\/uploads\//.test(request.url())) patched.push(request.url());
    });
    const outlook = await Outlook.compose(page);
    const { pane } = outlook;
    await outlook.address('to', 'anna@example.org');
    await openPane(outlook);
    await pane.getByRole('radio', { name: HERE }).check();

    // A program under the name of a text, in the words of the rule.
    const program = join(order.downloads, 'notes.txt');
    writeFileSync(program, Buffer.concat([Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]), Buffer.alloc(200)]));
    await pane.locator('input[type=file]').first().setInputFiles([program, order.letter]);
    await pane.getByText(/does not let “notes\.txt” be sent \(.*Programs/).waitFor();
    assert.equal(begun.length, 1, 'nothing of it goes');
    await look(outlook, 'sealed-refused');
    assert.deepEqual(linksIn((await outlook.state()).html), [], 'the mail waits');
    await button(pane, 'Remove notes.txt').click();
    await pane.getByText('The link is in the mail. What you change').waitFor();
    const [link] = linksIn((await outlook.state()).html);
    assert.ok(link);
    assert.equal(patched.length, 1);

    // What cannot be read any more.
    const scans = join(order.downloads, 'scans.dcm');
    copyFileSync(order.large, scans);
    const first = page.waitForRequest((request) => request.method() === 'PATCH');
    await pane.locator('input[type=file]').first().setInputFiles(scans);
    await first;
    truncateSync(scans, 100);
    await pane.getByText('The file was changed, moved or removed').waitFor();
    await look(outlook, 'sealed-changed');
    await button(pane, 'Remove scans.dcm').click();
    await pane.getByText('All is there. Recipients can fetch the files when you send the mail.').waitFor();
    assert.equal(patched.filter((url) => url === patched[0]).length, 1, 'what was there does not go again');
    const sent = await outlook.sendAway();
    const [now] = linksIn(sent.html);
    assert.equal(now.split('#')[0], link.split('#')[0]);
    assert.equal((await fetch(now, { redirect: 'manual' })).status, 303);
    assert.deepEqual(await outlook.faults(), []);
  }),
);
