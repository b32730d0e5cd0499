// One of several files cannot go: it has changed, rules refuse it when all is there, or that it is sealed. Its sender takes it out and sends
// the others, which are not brought up again; nothing of it is left, and nothing is sealed under a salt that was there before.
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { button, choose, keepSalts, line, links, says, sealHere, sent, tell } from './sealed_steps.mjs';
import { addRecipient, arrive, look } from './sender_steps.mjs';
import { journey, order, visitor } from './support.mjs';

const ANNA = 'anna@example.org';

/** Begins to send these files, sealed here unless it is said otherwise. */
async function begin(page, files, isSealed = true) {
  await addRecipient(page, ANNA);
  await choose(page, files);
  await page.getByLabel('What recipients must show').selectOption({ label: 'Nothing but the link' });
  if (isSealed) await sealHere(page);
  await button(page, 'Send').click();
}

/** What the transfer that was sent last consists of, and that no part of what is in it went twice, nor any salt. */
async function left(page, before) {
  const { salts, patched } = await page.evaluate(() => window.gone());
  assert.ok(salts.length > before);
  assert.equal(new Set(salts).size, salts.length, 'every salt is another');
  const transfer = await page.evaluate(async () => {
    const path = document.querySelector('a[href^="/transfers/"]').getAttribute('href');
    return (await fetch(`/api/v1${path}`)).json();
  });
  assert.equal(transfer.files.length, 1, 'the other alone');
  assert.deepEqual(transfer.uploads, [], 'nothing is left behind');
  assert.equal(patched.filter((upload) => upload === transfer.files[0].id).length, 1, 'it went once');
  return salts.length;
}

await journey((browser) =>
  visitor(browser, { locale: 'en-GB' }, async (page, _, tolerate) => {
    tolerate(/\/api\/v1\//);
    page.on('dialog', (dialog) => dialog.accept());
    const home = join(order.home, 'removed');
    mkdirSync(home, { recursive: true });
    const [plan, scans] = [join(home, 'plan.pdf'), join(home, 'scans.dcm')];
    writeFileSync(plan, '%PDF-1.7\n1 0 obj\n');
    copyFileSync(order.large, scans);
    const outcome = {};
    await keepSalts(page);
    await arrive(page);

    // Its last part is not there any more when it is to be sealed.
    const slowly = await line(page);
    await slowly(4_000_000);
    const stored = page.waitForResponse((response) => response.request().method() === 'PATCH' && response.status() === 204);
    await begin(page, [scans, order.letter]);
    truncateSync(scans, 12_000_000);
    await stored;
    await slowly(-1);
    await page.getByText('The file was changed, moved or removed').waitFor();
    await look(page, 'sealed-changed');
    await button(page, 'Remove scans.dcm').click();
    await sent(page);
    let salts = await left(page, 0);
    outcome.changed = (await links(page))[ANNA];

    // All is there when its kind is not sent any more.
    await button(page, 'New transfer').click();
    let refused = false;
    await page.route(/\/files\/[^/]+\/sealing$/, async (route) => {
      if (!refused) await says(page, { settings: {}, types: { kinds: ['pdf'] } });
      refused = true;
      await route.continue();
    });
    await begin(page, [plan, order.letter]);
    await page.getByText(/does not let “plan\.pdf” be sent/).waitFor();
    await page.unroute(/\/files\/[^/]+\/sealing$/);
    await look(page, 'sealed-refused-late');
    await button(page, 'Remove plan.pdf').click();
    await sent(page);
    salts = await left(page, salts);
    outcome.refused = (await links(page))[ANNA];

    // And when its kind may be sent, and not sealed.
    await says(page, { settings: {} });
    await page.goto(order.base_url);
    let forbidden = false;
    await page.route(/\/files\/[^/]+\/sealing$/, async (route) => {
      if (!forbidden) await says(page, { settings: {}, types: { zero_knowledge: { forbid: ['pdf'] } } });
      forbidden = true;
      await route.continue();
    });
    await begin(page, [plan, order.letter]);
    await page.getByText(/does not let a file that you have sealed be sent/).waitFor();
    await page.unroute(/\/files\/[^/]+\/sealing$/);
    await button(page, 'Remove plan.pdf').click();
    await sent(page);
    await left(page, 0);
    outcome.forbidden = (await links(page))[ANNA];

    // What the service seals is refused when it is to be sent.
    await says(page, { settings: {} });
    await page.goto(order.base_url);
    await page.route(/\/send$/, async (route) => {
      await says(page, { settings: {}, types: { kinds: ['pdf'] } });
      await route.continue();
    }, { times: 1 });
    await begin(page, [plan, order.letter], false);
    await page.getByRole('heading', { name: 'Not sent yet' }).waitFor();
    await page.getByText(/does not let “plan\.pdf” be sent/).waitFor();
    await look(page, 'unsent-refused');
    await button(page, 'Remove plan.pdf').click();
    await button(page, 'Try again').click();
    await sent(page);
    await left(page, 0);
    tell(outcome);
  }),
);
