// What the tenant says of sealing in the browser: required, proposed, forbidden; and a browser in which what seals does not come.
import assert from 'node:assert/strict';

import { button, choose, HERE, links, sealHere, sent, tell } from './sealed_steps.mjs';
import { addRecipient, arrive, look } from './sender_steps.mjs';
import { journey, order, visitor } from './support.mjs';

const ANNA = 'anna@example.org';

/** Has the tenant say something else. */
const says = (page, zero_knowledge) =>
  page.evaluate(async (said) => {
    const body = JSON.stringify({ settings: { zero_knowledge: said } });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch('/api/v1/admin/policy', { method: 'PUT', headers, body });
    if (!answer.ok) throw new Error(await answer.text());
  }, zero_knowledge);

await journey((browser) =>
  visitor(browser, { locale: 'en-GB' }, async (page, _, tolerate) => {
    // Nobody is signed in at first; what seals does not come; and the tenant changes its mind.
    tolerate(/\/api\/v1\/(addin\/bootstrap|transfers)$|\/web\/worker-/);
    // What was written and is not wanted any more is left.
    page.on('dialog', (dialog) => dialog.accept());
    await arrive(page);

    // Required: there is nothing to choose, and it is sealed. Without the worker nothing is made, and it says so.
    await page.getByText('Your organisation requires that what you send is sealed here').waitFor();
    assert.equal(await page.getByRole('radio', { name: HERE }).count(), 0);
    await addRecipient(page, ANNA);
    await choose(page, [order.letter]);
    await page.getByLabel('What recipients must show').selectOption({ label: 'Nothing but the link' });
    const made = [];
    page.on('request', (request) => request.method() === 'POST' && /\/transfers$/.test(request.url()) && made.push(request.url()));
    await page.route('**/web/worker-*.js', (route) => route.abort());
    await button(page, 'Send').click();
    await page.getByText('This browser could not start the part of the page that seals files.').waitFor();
    assert.deepEqual(made, [], 'nothing is made that cannot be sealed');
    await look(page, 'sealing-required');
    await page.unroute('**/web/worker-*.js');
    await button(page, 'Send').click();
    await sent(page);
    tell({ link: (await links(page))[ANNA] });

    // Proposed: it is on, and can be left.
    await says(page, 'prefer');
    await page.goto(order.base_url);
    await page.getByText('Your organisation suggests to seal it here.').waitFor();
    assert.equal(await page.getByRole('radio', { name: HERE }).isChecked(), true);
    await look(page, 'sealing-preferred');
    await addRecipient(page, ANNA);
    await choose(page, [order.letter]);
    await page.getByRole('radio', { name: /^The service seals it/ }).check();
    await button(page, 'Send').click();
    await sent(page);
    assert.equal(await page.locator('code').last().textContent().then((link) => link.includes('#')), false);

    // Forbidden while somebody writes: nothing goes out otherwise than he has chosen.
    await page.goto(order.base_url);
    await addRecipient(page, ANNA);
    await choose(page, [order.letter]);
    await sealHere(page);
    await says(page, 'forbid');
    await button(page, 'Send').click();
    await page.getByText('Your organisation decides this.').waitFor();
    await look(page, 'sealing-forbidden');
    await page.goto(order.base_url);
    await page.getByLabel('Message').waitFor();
    await page.getByLabel('How often each recipient may fetch').waitFor();
    assert.equal(await page.getByText('Sealing').count(), 0, 'what is forbidden is not shown');
  }),
);
