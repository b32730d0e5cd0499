// Who answers for deletion: the console says whether everything is gone that should be, and leads to what shows it; entries and transfers
// are found by what they are, by keys alone, and the address keeps it; a sender finds his own, and what is left of those that are gone.
import assert from 'node:assert/strict';

import { arrive, look as lookAt } from './sender_steps.mjs';
import { journey, order, tabTo, visitor } from './support.mjs';

const look = (page, name) => lookAt(page, name, 'retention');
const heading = (page, name) => page.getByRole('heading', { name, exact: true });
const button = (page, name) => page.getByRole('button', { name, exact: true });
const link = (page, name) => page.getByRole('link', { name, exact: true });
const REPORT = '**/api/v1/admin/retention';

/** The report, and where it leads. */
async function retention(page) {
  await heading(page, 'Keys and retention').waitFor();
  // The service's jobs have all run once since it was started, or are about to.
  for (let looks = 0; looks < 60 && !(await page.getByText('Everything that should be gone is gone.').isVisible()); looks += 1) {
    await page.waitForTimeout(500);
    await page.reload();
    await heading(page, 'Root key').or(page.getByText('The vault answers')).first().waitFor();
  }
  await page.getByText('Everything that should be gone is gone.').waitFor();
  const fact = (name) => page.locator('dt', { hasText: new RegExp(`^${name}$`) }).locator('xpath=following-sibling::dd[1]');
  assert.equal(await fact('Still there after their end').textContent(), 'None');
  assert.equal(await fact('Available').textContent(), '3');
  assert.equal(await fact('Transfers removed before their end').textContent(), '1');
  assert.equal(await fact('The vault answers').textContent(), 'Yes');
  assert.match(await fact('Days that have a key').textContent(), /^1: /);
  assert.equal(await page.getByRole('row').filter({ hasText: 'In time' }).count(), 6);
  await look(page, 'clear');

  // As it would be if the clock's jobs had stopped, which no test waits for.
  await page.route(REPORT, async (route) => {
    const answer = await route.fetch();
    const report = await answer.json();
    report.standing = 'overdue';
    report.findings = ['transfers_overdue', 'keys_overdue', 'job_late'];
    report.transfers.past_end = 10_000;
    report.transfers.first_past_end = report.transfers.next_end;
    report.epoch_keys.overdue_days = [report.epoch_keys.first_day];
    report.destroyed_days = [{ day: '2026-11-01', at: '2026-11-02T00:15:45.000Z' }];
    report.jobs[0] = { ...report.jobs[0], late: true, failing: true };
    delete report.jobs[1].done_at;
    report.jobs[1].failing = true;
    await route.fulfill({ response: answer, json: report });
  });
  await page.reload();
  await page.getByText('Not everything that should be gone is gone:').waitFor();
  await page.getByText('10,000 or more, the first since').waitFor();
  await page.getByText('Never, as far as is known').waitFor();
  await look(page, 'overdue');
  await page.unroute(REPORT);
  await page.route(REPORT, (route) => route.abort());
  await page.reload();
  await button(page, 'Try again').waitFor();
  await page.unroute(REPORT);
  await button(page, 'Try again').click();
  await page.getByText('Everything that should be gone is gone.').waitFor();

  await link(page, 'Removed transfers and their certificates').click();
  await page.waitForURL(/\/admin\/transfers\?state=purged$/);
  await link(page, 'Removed transfer').waitFor();
}

/** The audit log by kind and day, with keys alone. */
async function audit(page) {
  await page.goto(`${order.base_url}/admin/audit`);
  await page.getByRole('table').waitFor();
  await page.getByLabel('What happened').focus();
  await page.keyboard.type('Nothing is left');
  await tabTo(page, /^Filter$/);
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/admin\/audit\?kind=transfer\.purged$/);
  await page.getByText('1 in all.').waitFor();
  await page.getByRole('row').filter({ hasText: 'transfer.purged' }).waitFor();
  await look(page, 'audit');
  await page.goto(`${order.base_url}/admin/audit?kind=transfer.created&from=2026-01-01`);
  await page.getByText('50 are shown; there are more.').waitFor();
  assert.equal(await page.getByLabel('What happened').inputValue(), 'transfer.created');
  await button(page, 'Show more').click();
  await page.getByText('59 in all.').waitFor();
  await page.getByLabel('From').fill('2999-01-01');
  await button(page, 'Filter').click();
  await page.getByText('No entry is about this.').waitFor();
  await page.goBack();
  await page.getByText('50 are shown; there are more.').or(page.getByText('59 in all.')).waitFor();
}

/** What has come in, by what it has come in by. */
async function sources(page) {
  const made = await page.evaluate(
    async (owner) => {
      const body = JSON.stringify({ name: 'scans', owner, title: 'Pictures for radiology' });
      const headers = { 'Content-Type': 'application/json' };
      return (await fetch('/api/v1/admin/portals', { method: 'POST', headers, body })).json();
    },
    order.email,
  );
  await page.evaluate(async () => {
    const uploader = { name: 'Ute Bauer', email: 'ute@builder.example' };
    const body = JSON.stringify({ tenant: 'demo', name: 'scans', uploader });
    await fetch('/api/v1/portals/begin', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
  });
  await page.goto(`${order.base_url}/admin/portals/${made.id}`);
  await link(page, 'All that has come in by it').click();
  await page.waitForURL((url) => url.searchParams.get('portal') === made.id);
  await page.getByText('1 in all.').waitFor();
  await page.getByRole('row').filter({ hasText: 'ute@builder.example' }).waitFor();
  await page.getByLabel('Came in by portal').locator('option:checked', { hasText: 'Pictures for radiology' }).waitFor({ state: 'attached' });
  await look(page, 'portal');
  await page.getByLabel('Came in by upload request').fill('that one');
  await button(page, 'Filter').click();
  await page.getByText('Write the whole id').waitFor();
}

/** A sender finds his own. */
async function sent(page) {
  await page.goto(`${order.base_url}/transfers`);
  const rows = page.getByRole('listitem');
  await page.getByText('ute@builder.example').waitFor();
  await page.getByLabel('In the subject').fill('rEPORT');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/transfers\?subject=rEPORT$/);
  await link(page, 'Report 1').waitFor();
  await page.waitForFunction(() => document.querySelectorAll('main li').length === 1);
  await look(page, 'sent');
  await page.getByLabel('To this address').fill('bert');
  await button(page, 'Filter').click();
  await page.getByText('Write the whole address').waitFor();
  await page.locator(':focus[name="recipient"]').waitFor();
  await page.getByLabel('To this address').fill('nobody@example.org');
  await button(page, 'Filter').click();
  await page.getByText('None of your transfers fits.').waitFor();
  await look(page, 'sent-nothing');
  await page.goto(`${order.base_url}/transfers?state=purged`);
  await rows.filter({ hasText: order.purged }).getByRole('link', { name: 'Removed transfer' }).waitFor();
  await look(page, 'sent-removed');
  await link(page, 'Removed transfer').click();
  await heading(page, 'Removed').waitFor();
  await page.goBack();
  await button(page, 'Show all').click();
  await page.waitForURL(/\/transfers$/);
  await page.getByText('ute@builder.example').waitFor();
}

await journey(async (browser) => {
  await visitor(browser, { locale: 'en-GB' }, async (page, _, tolerate) => {
    tolerate(/\/api\/v1\/(addin\/bootstrap|admin\/retention|transfers\/[\w-]+)$/);
    await arrive(page, '/admin/retention');
    await retention(page);
    await audit(page);
    await sources(page);
    await sent(page);
  });
});
