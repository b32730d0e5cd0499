// An outsider seals in the browser what is for a team's key alone, words and all; and in another browser a member opens it.
import { join } from 'node:path';

import { arriveAtKeys, button, call, makePair, saveAll, signIn } from './key_steps.mjs';
import { tell } from './sealed_steps.mjs';
import { journey, order, visitor } from './support.mjs';
import { choose } from './upload_steps.mjs';

const steps = {
  async keys(page, tolerate) {
    tolerate(/\/api\/v1\/addin\/bootstrap$/);
    await arriveAtKeys(page);
    const box = await call(page, 'POST', '/api/v1/admin/mailboxes', { email: 'intake@acme.example', name: 'Intake' });
    const { owner } = await call(page, 'GET', '/api/v1/account/key-pairs');
    await call(page, 'POST', `/api/v1/admin/mailboxes/${box.id}/delegates`, { user_id: owner });
    await page.reload();
    await makePair(page, order.secret);
    await button(page, "Make the team's key pair").click();
    await page.getByText("The team's key pair is made.").waitFor();
    const portal = { name: 'scans', owner: order.email, title: 'Scans', asks_code: false, mode: 'zero_knowledge', mailbox_id: box.id };
    await call(page, 'POST', '/api/v1/admin/portals', portal);
    tell({ mailbox: box.id });
  },
  async send(page) {
    await page.goto(`${order.base_url}/u/${order.tenant}/scans`);
    await page.getByText(/for the team Intake/).waitFor();
    await page.getByLabel('Your name').fill('Bert Beispiel');
    await page.getByLabel('Your e-mail address').fill(order.from);
    await page.getByLabel('Subject').fill(order.subject);
    await page.getByLabel('Message').fill(order.message);
    await button(page, 'Continue').click();
    await choose(page, order.names.map((name) => join(order.home, name)));
    await page.getByText('Everything has arrived.').waitFor();
    await button(page, 'Send').click();
    await page.getByRole('heading', { name: 'Your files have arrived' }).waitFor();
  },
  async open(page, tolerate) {
    tolerate(/\/api\/v1\/addin\/bootstrap$/);
    await page.goto(`${order.base_url}/account/keys`);
    await page.getByLabel('Password', { exact: true }).waitFor();
    await signIn(page);
    await page.goto(order.link);
    await button(page, 'Go on').click();
    await page.getByLabel('Passphrase of your key').fill(order.secret);
    await page.keyboard.press('Enter');
    await page.getByText(order.subject).first().waitFor();
    await saveAll(page, order.names);
  },
};

await journey((browser) =>
  visitor(browser, { locale: 'en-GB' }, (page, _, tolerate) => steps[order.step](page, tolerate)),
);
