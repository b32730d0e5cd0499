// A service that has a fault, too much to do, or does not answer: every page of a sender says so, and is there again with one
// press. What was written stays.
import { addRecipient, arrive, chooseFile, look } from './sender_steps.mjs';
import { journey, order, visitor } from './support.mjs';

const button = (page, name) => page.getByRole('button', { name, exact: true });
const problem = (status, code, headers = {}) => ({
  status,
  headers: { 'content-type': 'application/problem+json', ...headers },
  body: JSON.stringify({ type: `urn:sealpost:problem:${code}`, title: code, status, code }),
});
// The service itself cannot be made to fail on command; an answer in between can.
const FAULTS = [
  [(route) => route.fulfill(problem(500, 'internal', { 'x-request-id': 'a-1' })), /went wrong on our side.*a-1/],
  [(route) => route.fulfill(problem(429, 'too_many_requests', { 'retry-after': '7' })), /Wait 7 seconds/],
  // A proxy in between speaks its own language.
  [(route) => route.fulfill({ status: 502, body: '<h1>Bad Gateway</h1>' }), /went wrong on our side/],
  [(route) => route.abort(), /does not answer. Check your connection/],
];

await journey((browser) =>
  visitor(browser, { locale: 'en-GB' }, async (page, _, tolerate) => {
    tolerate(/\/api\/v1\/|\/web\//);
    /** Lets what matches fail in every way, each time until `act` has been told so. */
    const failing = async (pattern, act, recovered) => {
      for (const [fault, told] of FAULTS) {
        await page.route(pattern, fault);
        await act();
        await page.getByText(told).filter({ visible: true }).first().waitFor();
        await page.unroute(pattern);
        await recovered();
      }
    };
    const retry = () => button(page, 'Try again').filter({ visible: true }).click();

    // Something to look at.
    await arrive(page);
    await addRecipient(page, 'anna@example.org');
    await chooseFile(page);
    await page.getByLabel('Subject').fill('Kept');
    await button(page, 'Send').click();
    await page.getByRole('heading', { name: 'Sent', exact: true }).waitFor();
    await page.getByRole('link', { name: 'Who has fetched it' }).click();
    await page.getByRole('heading', { name: 'Kept' }).waitFor();
    const transfer = page.url();

    // What is done to it.
    const block = async () => button(page, 'Block anna@example.org').click();
    await failing('**/recipients/*/block', block, async () => {});
    await look(page, 'fault-deed');
    await block();
    await button(page, 'Unblock anna@example.org').waitFor();

    // Asking for files: what was written stays.
    await page.goto(`${order.base_url}/requests/new`);
    await page.getByLabel('What it is about').fill('Kept as well');
    const make = () => button(page, 'Make the link').click();
    await failing('**/api/v1/requests', make, async () => {});
    await look(page, 'fault-ask');
    await make();
    await page.getByRole('heading', { name: 'Kept as well' }).waitFor();
    const request = page.url();
    const close = async () => {
      await button(page, 'Close the request').click();
      await button(page, 'Close it').click();
    };
    await failing('**/close', close, async () => {});

    // A page that is not there yet, and cannot be fetched just then.
    await page.goto(`${order.base_url}/`);
    await page.getByRole('heading', { name: 'New transfer' }).waitFor();
    await page.route('**/web/Requests-*.js', (route) => route.abort());
    await page.getByRole('link', { name: 'My requests' }).click();
    await page.getByText(/A part of this page could not be fetched/).waitFor();
    await look(page, 'fault-part');
    await page.unroute('**/web/Requests-*.js');
    await retry();
    await page.getByText('Kept as well').waitFor();

    // What is looked at.
    for (const [address, pattern, heading] of [
      [`${order.base_url}/transfers`, '**/api/v1/transfers?*', 'My transfers'],
      [transfer, '**/api/v1/transfers/*', 'Kept'],
      [`${order.base_url}/requests`, '**/api/v1/requests?*', 'My requests'],
      [request, '**/api/v1/requests/*', 'Kept as well'],
    ]) {
      const open = () => page.goto(address);
      await failing(pattern, open, async () => {
        await retry();
        await page.getByText(/Kept/).filter({ visible: true }).first().waitFor();
        await page.getByRole('heading', { name: heading, exact: true }).waitFor();
      });
    }
    await page.route('**/api/v1/transfers?*', (route) => route.abort());
    await page.goto(`${order.base_url}/transfers`);
    await page.getByText(/does not answer/).waitFor();
    await look(page, 'fault-list');
  }),
);
