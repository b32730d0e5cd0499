// An owner sets the recovery key; who seals is told of it, inside and outside; and two admins agree that both transfers are opened, one of whom
// fetches what the key opens. Then the owner removes the key.
import assert from 'node:assert/strict';
import { join } from 'node:path';

import { button, call, makePair } from './key_steps.mjs';
import { lookAt } from './look.mjs';
import { choose, sealHere, sent } from './sealed_steps.mjs';
import { addRecipient, arrive } from './sender_steps.mjs';
import { journey, order, visitor } from './support.mjs';
import { begin, choose as chooseOutside } from './upload_steps.mjs';

const row = (page, reason) => page.getByRole('row').filter({ hasText: reason });
const deed = (page, reason, name) => row(page, reason).getByRole('button', { name, exact: true });

/** The id of the newest transfer. */
async function newest(page) {
  const { transfers } = await call(page, 'GET', '/api/v1/admin/transfers');
  return transfers[0].id;
}

async function setsTheKey(page) {
  await arrive(page, '/admin/recovery');
  await page.getByRole('textbox', { name: /^Public key/ }).fill(order.public_key);
  await button(page, 'Set the key').click();
  await page.getByText('It is changed. All owners are told.').waitFor();
  await page.getByText(order.fingerprint).waitFor();
}

/** Seals in the browser what is recovered later without its link. */
async function sends(page) {
  await page.goto(order.base_url);
  await addRecipient(page, 'anna@example.org');
  await choose(page, [order.sent]);
  await page.getByLabel('Subject').fill('An expert opinion');
  await page.getByLabel('What recipients must show').selectOption({ label: 'Nothing but the link' });
  await sealHere(page);
  await page.getByText(order.fingerprint).waitFor();
  assert.equal(await page.getByText('Whoever loses his link loses the files.').count(), 0, 'they are not lost');
  await lookAt(page, 'recovery-sealing');
  await button(page, 'Send').click();
  await sent(page);
  return newest(page);
}

/** An outsider's browser seals to the owner's key, and to the recovery key. */
async function receives(browser, page) {
  await page.goto(`${order.base_url}/account/keys`);
  const own = await makePair(page);
  await page.goto(`${order.base_url}/requests/new`);
  await page.getByLabel('What it is about').fill('Scans');
  await page.getByLabel('Sealed to my key').check();
  await page.getByText(own).waitFor();
  await button(page, 'Make the link').click();
  await page.getByText('sealed to your key').waitFor();
  const url = await page.locator('code').filter({ hasText: '/r/' }).first().textContent();
  await visitor(browser, { locale: 'en-GB' }, async (outside) => {
    await outside.goto(url);
    await outside.getByText(own).waitFor();
    await outside.getByText(order.fingerprint).waitFor();
    await lookAt(outside, 'recovery-outside');
    await begin(outside, { url });
    await chooseOutside(outside, [order.received]);
    await outside.getByText('Everything has arrived.').waitFor();
    await button(outside, 'Send').click();
    await outside.getByRole('heading', { name: 'Your files have arrived' }).waitFor();
  });
  return newest(page);
}

async function asks(page, transfer, reason) {
  await page.getByRole('textbox', { name: /^Transfer/ }).fill(transfer);
  await page.getByRole('textbox', { name: /^What for/ }).fill(reason);
  await button(page, 'Ask for recovery').click();
  await row(page, reason).getByText('Waits for another administrator').waitFor();
  assert.equal(await deed(page, reason, 'Approve').count(), 0, 'nobody approves what he has asked for');
  await deed(page, reason, 'Withdraw').waitFor();
}

async function fetches(page, reason, name) {
  await deed(page, reason, 'Fetch').click();
  await page.getByLabel(/^Your password/).fill(order.password);
  const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
  await download.saveAs(join(order.folder, name));
  assert.equal(await download.failure(), null, name);
}

/** The owner removes the key, once he is asked whether he means it; the list of versions says so. */
async function removesTheKey(page) {
  const question = page.getByRole('alertdialog');
  await button(page, 'Remove the key').click();
  await question.getByRole('heading', { name: 'Remove the recovery key?' }).waitFor();
  await lookAt(page, 'recovery-remove');
  await button(question, 'Cancel').click();
  await question.waitFor({ state: 'hidden' });
  const { policy } = await call(page, 'GET', '/api/v1/admin/policy');
  assert.deepEqual(policy.settings.recovery, { public_key: order.public_key }, 'nothing was removed');
  await button(page, 'Remove the key').click();
  await button(question, 'Remove the key').click();
  await page.getByText('It is changed. All owners are told.').waitFor();
  await page.getByText('Your organisation has no recovery key').waitFor();
  assert.equal(await page.getByText(order.fingerprint).count(), 0);
  assert.equal(await button(page, 'Remove the key').count(), 0);

  await page.goto(`${order.base_url}/admin/policy/versions`);
  await page.getByText(`Recovery key: None → ${order.public_key}`).waitFor();
  await page.getByText(`Recovery key: ${order.public_key} → None`).waitFor();
  await lookAt(page, 'recovery-versions');
  await page.getByRole('link', { name: 'Version 1', exact: true }).click();
  await page.getByRole('heading', { name: 'Version 1', exact: true }).waitFor();
  const differences = page.getByRole('region', { name: /^Compared with version/ });
  await differences.getByText('Recovery key', { exact: true }).waitFor();
  await differences.getByText(order.public_key, { exact: true }).waitFor();
}

await journey((browser) =>
  visitor(browser, { locale: 'en-GB' }, async (page, _, tolerate) => {
    tolerate(/\/api\/v1\/addin\/bootstrap$/);
    await setsTheKey(page);
    const transfers = [await sends(page), await receives(browser, page)];
    assert.notEqual(transfers[0], transfers[1]);
    await page.goto(`${order.base_url}/admin/recovery`);
    await asks(page, transfers[0], 'The link is lost');
    await asks(page, transfers[1], 'She is ill');
    await lookAt(page, 'recovery-asked');

    await visitor(browser, { locale: 'en-GB' }, async (other, __, tolerated) => {
      tolerated(/\/api\/v1\/addin\/bootstrap$/);
      await arrive(other, '/admin/recovery', { ...order, email: order.ada });
      for (const reason of ['The link is lost', 'She is ill']) {
        await deed(other, reason, 'Approve').click();
        await row(other, reason).getByText('Approved; can be fetched until').waitFor();
        assert.equal(await deed(other, reason, 'Fetch').count(), 0, 'who has approved does not fetch');
      }
    });

    await page.reload();
    await row(page, 'She is ill').getByText('Approved; can be fetched until').waitFor();
    await lookAt(page, 'recovery-approved');
    await fetches(page, 'The link is lost', 'sent.material');
    await fetches(page, 'She is ill', 'received.material');
    await removesTheKey(page);
  }),
);
