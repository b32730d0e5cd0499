// What comes in sealed to a key, where its receiver has to show his account: the page asks for that and then for the passphrase, and for a code where
// that is asked for. What a sender has sealed with a second part asks for that, before and after.
import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { arriveAtKeys, button, call, mailedCode, mailedLink, makePair, PASSPHRASE, saveAll, sendIn, signIn } from './key_steps.mjs';
import { lookAt } from './look.mjs';
import { follow, journey, order, visitor } from './support.mjs';

const names = order.files.map((path) => basename(path));
const byProvider = (page) => page.getByRole('link', { name: 'Sign in with Lab Nord' });
const secondPart = (page) => page.getByRole('heading', { name: 'A part of the link is missing' });

/** The links that were mailed so far: that of what a sender has sealed, before anything came in. */
const mailed = new Set([order.first_part]);

/** Asks for files that are sealed to one's key, and has an outsider send them; gives the link to what has come in. */
async function comeIn(browser, page, files) {
  const { url } = await call(page, 'POST', '/api/v1/requests', { title: 'Scans', mode: 'zero_knowledge' });
  await sendIn(browser, url, files);
  for (;;) {
    const { link } = await mailedLink(order.email);
    if (!mailed.has(link)) {
      mailed.add(link);
      return link;
    }
    await sleep(50);
  }
}

/** From the page that asks for a key to what it opens. */
async function openKey(page) {
  await page.getByLabel('Passphrase of your key').fill(PASSPHRASE);
  await button(page, 'Open').click();
}

await journey(async (browser) => {
  await visitor(browser, { locale: 'en-GB' }, async (page, _, tolerate) => {
    tolerate(/\/api\/v1\/addin\/bootstrap$/);
    await arriveAtKeys(page);
    await makePair(page);
    const link = await comeIn(browser, page, order.files);

    await visitor(browser, { locale: 'en-GB' }, async (receiver, context, tolerated) => {
      tolerated(/\/api\/v1\/account\/key-pairs$/, 401);
      await receiver.goto(link);
      await byProvider(receiver).waitFor();
      assert.equal(await secondPart(receiver).count(), 0);
      await lookAt(receiver, 'from-key-account');
      await follow(receiver, () => byProvider(receiver).click());
      assert.equal(receiver.url(), link);
      await button(receiver, 'Go on').click();
      await follow(receiver, () => receiver.getByRole('link', { name: 'Sign in' }).click());
      await signIn(receiver);
      assert.equal(receiver.url(), link);
      // Meanwhile what was shown counts no more: it is asked for again, and where.
      await button(receiver, 'Go on').waitFor();
      await context.clearCookies({ name: /proof/ });
      tolerated(/\/api\/v1\/links\/verify$/, 403);
      await button(receiver, 'Go on').click();
      await follow(receiver, () => byProvider(receiver).click());
      await button(receiver, 'Go on').click();
      await receiver.getByText('This is sealed to your key:').waitFor();
      await openKey(receiver);
      await receiver.getByText(names[0]).first().waitFor();
      await saveAll(receiver, names);
    });

    // A second part behind it opens nothing here, and nobody is asked for anything.
    await visitor(browser, { locale: 'en-GB' }, async (deceived) => {
      await deceived.goto(`${link}#${order.second_part}`);
      await deceived.getByRole('heading', { name: 'This is not what the link is for' }).waitFor();
      assert.equal(await byProvider(deceived).count(), 0);
    });

    // What a sender has sealed asks for its second part first, and for the account only then.
    await visitor(browser, { locale: 'en-GB' }, async (recipient) => {
      await recipient.goto(order.first_part);
      await secondPart(recipient).waitFor();
      assert.equal(await byProvider(recipient).count(), 0);
      await recipient.getByLabel('The whole link, or its second part').fill(order.second_part);
      await recipient.keyboard.press('Enter');
      await follow(recipient, () => byProvider(recipient).click());
      await button(recipient, 'Open').click();
      await recipient.getByText(names[1]).first().waitFor();
    });

    // A code in place of the account: who opens it signs in before he asks for one.
    const settings = { protections: ['email_code', 'none'] };
    await call(page, 'PATCH', '/api/v1/admin/policy', { settings });
    const coded = await comeIn(browser, page, order.files.slice(1));
    await visitor(browser, { locale: 'en-GB' }, async (receiver, _, tolerated) => {
      tolerated(/\/api\/v1\/account\/key-pairs$/, 401);
      tolerated(/\/api\/v1\/links\/verify$/, 403);
      await receiver.goto(coded);
      await button(receiver, 'Go on').click();
      await follow(receiver, () => receiver.getByRole('link', { name: 'Sign in' }).click());
      await signIn(receiver);
      await button(receiver, 'Go on').click();
      await button(receiver, 'Send code').click();
      const field = receiver.getByLabel('Code', { exact: true });
      await field.waitFor();
      const code = await mailedCode(order.email);
      await field.fill(code.startsWith('9') ? '111111' : '999999');
      await receiver.keyboard.press('Enter');
      await receiver.getByText('The code is wrong').waitFor();
      await lookAt(receiver, 'from-key-code');
      await field.fill(code);
      await button(receiver, 'Continue').click();
      await openKey(receiver);
      await receiver.getByText(names[1]).first().waitFor();
    });
  });
});
