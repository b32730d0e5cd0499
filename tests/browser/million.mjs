// The console among a million transfers: what is asked for is there, and how long that takes is said (not judged: machines differ).
import assert from 'node:assert/strict';

import { arrive } from './sender_steps.mjs';
import { journey, keep, order, visitor } from './support.mjs';

const rows = (page) => page.getByRole('row').filter({ has: page.getByRole('link') });
const day = (ago) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);

/** Goes to an address by a fresh load and says how long it took until what is waited for was seen: the median of three. */
async function timed(page, what, path, seen) {
  const took = [];
  for (let round = 0; round < 3; round += 1) {
    const begun = performance.now();
    await page.goto(`${order.base_url}${path}`);
    await seen();
    took.push(performance.now() - begun);
  }
  const median = took.sort((one, other) => one - other)[1];
  console.log(`${order.engine}: ${what} ${Math.round(median)} ms (${took.map(Math.round).join(', ')})`);
}

await journey((browser) =>
  visitor(browser, {}, async (page, _, tolerate) => {
    // Who is not signed in yet is told so.
    tolerate(/\/addin\/bootstrap$/);
    await arrive(page, '/admin');
    const full = () => rows(page).nth(40).waitFor();
    await timed(page, 'overview', '/admin', () => page.getByText('Transfers sent').first().waitFor());
    await keep(page, `million-overview-${order.engine}`);
    await timed(page, 'log', '/admin/transfers', () => page.getByText('The newest of all').first().waitFor());
    assert.ok((await rows(page).count()) >= 50);
    await timed(page, 'log, blocked', '/admin/transfers?state=blocked', full);
    await timed(page, 'log, fifty days ago', `/admin/transfers?to=${day(50)}`, full);
    await timed(page, 'log, PDFs of one day', `/admin/transfers?kind=pdf&from=${day(21)}&to=${day(20)}`, full);
    await timed(page, 'log, one sender', '/admin/transfers?sender=sender%40demo.example', full);
    await timed(page, 'log, an address that got nothing', '/admin/transfers?recipient=nobody%40example.org', () =>
      page.getByText('No transfer fits these filters').waitFor(),
    );
    await timed(page, 'one transfer', `/admin/transfers/${order.transfer}`, () =>
      page.getByText('The newest of all').first().waitFor(),
    );
    await timed(page, 'retention', '/admin/retention', () => page.getByRole('table').first().waitFor({ state: 'attached' }));
    await timed(page, 'audit', '/admin/audit', () => page.getByRole('row').nth(3).waitFor());

    // Page by page, and none of them twice.
    await page.goto(`${order.base_url}/admin/transfers`);
    for (const count of [50, 100, 150, 200]) {
      await page.getByText(`${count} are shown; there are more.`).waitFor();
      if (count < 200) await page.getByRole('button', { name: 'Show more', exact: true }).click();
    }
    const links = await page.getByRole('rowheader').getByRole('link').evaluateAll((all) => all.map((link) => link.href));
    assert.equal(new Set(links).size, 200);
    await keep(page, `million-log-${order.engine}`);
  }),
);
