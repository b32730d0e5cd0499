// What the journeys of people with keys have in common.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import assert from 'node:assert/strict';

import { follow, order, visitor } from './support.mjs';
import { begin, choose } from './upload_steps.mjs';

export const PASSPHRASE = 'lampe gurke turm wolke pfeffer';
export const button = (page, name) => page.getByRole('button', { name, exact: true });

/** Signs in, where the page has led to. */
export async function signIn(page, email = order.email, password = order.password) {
  const tenant = page.getByLabel('Organisation');
  if (await tenant.isVisible()) await tenant.fill(order.tenant ?? 'demo');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await follow(page, () => page.keyboard.press('Enter'));
}

/** Goes to the page with one's keys, and signs in for it. */
export async function arriveAtKeys(page, ...who) {
  await page.goto(`${order.base_url}/account/keys`);
  await page.getByLabel('Password', { exact: true }).waitFor();
  await signIn(page, ...who);
  await page.getByRole('heading', { name: 'Your key pair' }).waitFor();
}

/** Writes a new passphrase twice, and presses what it is for. */
export async function writeTwice(page, passphrase, name) {
  await page.getByLabel('New passphrase').fill(passphrase);
  await page.getByLabel('Once more').fill(passphrase);
  await button(page, name).click();
}

/** Makes the first pair, and gives its fingerprint. */
export async function makePair(page, passphrase = PASSPHRASE) {
  await writeTwice(page, passphrase, 'Make the key pair');
  await page.getByText('Your key pair is made.').waitFor();
  return fingerprint(page);
}

/** The fingerprint of the pair that counts. */
export const fingerprint = (page) => page.locator('section[aria-labelledby=own] dd code').textContent();

/** What the newest mail has that fits; of those to `address`, if it is said. */
async function mailed(pattern, address = '') {
  for (let looks = 0; looks < 600; looks += 1) {
    for (const name of readdirSync(order.mail).sort().reverse()) {
      if (name.startsWith('.')) continue;
      const mail = readFileSync(join(order.mail, name), 'utf8').replace(/=\r?\n/g, '');
      const link = mail.match(pattern);
      if (link && mail.includes(address)) return { link: link[0], mail };
    }
    await sleep(50);
  }
  return assert.fail('no mail has come');
}

const below = (path) => new RegExp(order.base_url + path);

/** The link in the newest mail that leads to what has come in; to `address`, if it is said. */
export const mailedLink = (address) => mailed(below('/t/[\\w-]{43}'), address);
/** The token with which a password is set that was forgotten, by mail. */
export const mailedReset = async (address) => (await mailed(below('/signin/reset/[\\w-]+'), address)).link.split('/').at(-1);

/** The code that was mailed to `address`. */
export const mailedCode = async (address) => (await mailed(/^\s*\d{6}\s*$/m, address)).link.trim();

/** An outsider's browser seals these files, and hands them over. */
export async function sendIn(browser, url, files) {
  await visitor(browser, { locale: 'en-GB' }, async (outside) => {
    await begin(outside, { url });
    await choose(outside, files);
    await outside.getByText('Everything has arrived.').waitFor();
    await button(outside, 'Send').click();
    await outside.getByRole('heading', { name: 'Your files have arrived' }).waitFor();
  });
}

/** Gives the page a device whose passkeys make keys, or do not; how it is told what to do. */
export async function device(page, { hasPrf = true } = {}) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      ctap2Version: 'ctap2_1',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      hasPrf,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return (method, parameters) => devtools.send(`WebAuthn.${method}`, { authenticatorId, ...parameters });
}

/** Adds a passkey to the account, on its page. */
export async function addPasskey(page) {
  await page.goto(`${order.base_url}/account`);
  const added = page.waitForResponse(/\/passkeys\/finish$/);
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await added;
}

/** Saves what is there, each file under its name. */
export async function saveAll(page, names) {
  for (const name of names) {
    const [download] = await Promise.all([page.waitForEvent('download'), button(page, `Download ${name}`).click()]);
    await download.saveAs(join(order.folder, name));
    assert.equal(await download.failure(), null, name);
  }
}

/** Calls the API as the page does, with its session. */
export async function call(page, method, path, body) {
  const [status, answer] = await page.evaluate(
    async ([method, path, body]) => {
      const answer = await fetch(path, {
        method,
        headers: { 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      });
      return [answer.status, await answer.text()];
    },
    [method, path, body],
  );
  assert.ok(status < 300, `${method} ${path}: ${status} ${answer}`);
  return answer ? JSON.parse(answer) : undefined;
}
