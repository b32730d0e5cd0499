// What goes wrong is told, with what to do, and nothing that was written is lost: no network, a session that has ended, a
// service that has a fault or too much to do.
import assert from 'node:assert/strict';

import { addRecipient, arrive, chooseFile, look } from './sender_steps.mjs';
import { journey, order, visitor } from './support.mjs';

const button = (page, name) => page.getByRole('button', { name, exact: true });
const problem = (status, code, headers = {}) => ({
  status,
  headers: { 'content-type': 'application/problem+json', ...headers },
  body: JSON.stringify({ type: `urn:sealpost:problem:${code}`, title: code, status, code }),
});

await journey((browser) =>
  visitor(browser, { locale: 'en-GB' }, async (page, context, tolerate) => {
    tolerate(/\/api\/v1\//);
    await arrive(page);
    await addRecipient(page, 'anna@example.org');
    await chooseFile(page);
    await page.getByLabel('Subject').fill('Kept');
    const send = () => button(page, 'Send').click();

    // The service itself cannot be made to fail on command; an answer in between can.
    await page.route('**/api/v1/transfers', (route) => route.fulfill(problem(500, 'internal', { 'x-request-id': 'a-1' })), { times: 1 });
    await send();
    await page.getByText(/went wrong on our side.*a-1/).waitFor();
    await look(page, 'fault');
    await page.route('**/api/v1/transfers', (route) => route.fulfill(problem(429, 'too_many_requests', { 'retry-after': '7' })), { times: 1 });
    await send();
    await page.getByText(/Wait 7 seconds/).waitFor();

    // No network, before and while files go.
    await context.setOffline(true);
    await send();
    await page.getByText(/does not answer. Check your connection/).waitFor();
    await context.setOffline(false);
    const devtools = await context.newCDPSession(page);
    await devtools.send('Network.enable');
    await devtools.send('Network.emulateNetworkConditions', {
      offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 150_000,
    });
    await send();
    await page.getByText(/left$/).waitFor();
    await context.setOffline(true);
    await page.waitForTimeout(500);
    await context.setOffline(false);

    // Everything comes in all the same; the last step finds that the session has ended.
    const cookies = await context.cookies();
    await page.route('**/send', async (route) => {
      await context.clearCookies();
      await route.continue();
    }, { times: 1 });
    await page.getByText(/Your session has ended/).waitFor();
    await look(page, 'session-ended');
    const [another] = await Promise.all([
      context.waitForEvent('page'),
      page.getByRole('link', { name: 'Sign in in a new tab' }).click(),
    ]);
    await another.waitForURL(/\/signin\?return_to=/);
    await another.close();
    await context.addCookies(cookies);
    await button(page, 'Try again').click();
    await page.getByRole('heading', { name: 'Sent', exact: true }).waitFor();
    await page.getByRole('link', { name: 'My transfers' }).click();
    await page.getByRole('link', { name: 'Kept' }).waitFor();
    assert.equal(await page.getByRole('listitem').count(), 1, 'one transfer, however often it was tried');

    // What is nobody's, or another's, is not here.
    await page.goto(`${order.base_url}/transfers/0190a000-0000-7000-8000-000000000000`);
    await page.getByText('There is nothing here, or nothing of yours.').waitFor();
    await look(page, 'not-here');
  }),
);
