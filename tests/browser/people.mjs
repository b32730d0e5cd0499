// An owner from her first password to a passkey: forms without a mouse, an authenticator app, and the browser's own
// virtual authenticator, which makes and shows real passkeys (WebAuthn Level 2, section 11).
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';

import { assertAccessible, assertFits, follow, journey, keep, order, visitor } from './support.mjs';

const PASSWORD = 'gravel-Sunday-otter-97-lantern';
const ANOTHER = 'velvet-Harbour-41-quartz-mimosa';
const PHONE = { width: 360, height: 740 };
const DESK = { width: 1280, height: 800 };

/** The code that an app shows for a secret in base32 (RFC 6238: SHA-1, six digits, 30 seconds). */
function codeOf(secret, at = Date.now()) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const hash = createHmac('sha1', key).update(counter).digest();
  const number = hash.readUInt32BE(hash[19] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

const press = (page, name) => follow(page, () => page.getByRole('button', { name, exact: true }).click());

/** For everybody, on a desk and on a phone, by day and by night; and what it looks like there. */
async function look(page, name) {
  for (const [device, size] of [['desk', DESK], ['phone', PHONE]]) {
    await page.setViewportSize(size);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await assertAccessible(page, `${name}, ${device}, ${colorScheme}`);
      await assertFits(page, `${name}, ${device}, ${colorScheme}`);
      await keep(page, `people-${name}-${device}-${colorScheme}`);
    }
  }
  await page.setViewportSize(DESK);
  await page.emulateMedia({ colorScheme: null, forcedColors: 'active' });
  for (const button of await page.locator('.button:visible').all()) {
    const border = await button.evaluate((element) => getComputedStyle(element).borderTopWidth);
    assert.ok(Number.parseFloat(border) >= 1, 'where colours are forced, only its border makes a button');
  }
  await keep(page, `people-${name}-forced-colours`);
  await page.emulateMedia({ forcedColors: null });
}

async function signIn(page, password) {
  await page.goto(`${order.base_url}/signin?tenant=demo`);
  await page.getByLabel('E-mail').fill(order.email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await follow(page, () => page.keyboard.press('Enter'));
}

await journey(async (browser) => {
  let secret;
  await visitor(browser, { locale: 'en-GB' }, async (page, context) => {
    const devtools = await context.newCDPSession(page);
    await devtools.send('WebAuthn.enable');
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });

    await page.goto(order.reset);
    await look(page, 'reset');
    await page.locator('input[type=password]').fill('password123456');
    await follow(page, () => page.keyboard.press('Enter'));
    assert.match(await page.title(), /^Error: |Sealpost/, 'a password that is known to all is refused');
    await look(page, 'reset-weak');
    await page.locator('input[type=password]').first().fill(PASSWORD);
    await follow(page, () => page.keyboard.press('Enter'));

    await signIn(page, 'not her password, however long');
    await look(page, 'signin-wrong');
    await signIn(page, PASSWORD);
    assert.equal(new URL(page.url()).pathname, '/account');
    await look(page, 'account');

    // An app.
    await press(page, 'Set up an app');
    await look(page, 'account-app');
    secret = (await page.locator('li').allTextContents()).map((item) => item.replaceAll(' ', '')).find((item) => /^[A-Z2-7]{16,}$/.test(item));
    assert.ok(secret, 'the secret can be typed where no picture can be taken');
    assert.equal(await page.locator('svg').count(), 1);
    await page.locator('input[autocomplete=one-time-code]').fill(codeOf(secret));
    await follow(page, () => page.keyboard.press('Enter'));
    const codes = await page.locator('li').allTextContents();
    assert.equal(codes.length, 10, 'recovery codes');
    await look(page, 'recovery-codes');

    // A passkey.
    await page.goto(`${order.base_url}/account`);
    await follow(page, () => page.locator('[data-passkey=add]').click());
    await page.locator('input[name=passkey]').waitFor({ state: 'attached' });
    await look(page, 'account-guarded');

    // A token for a program: shown once, listed, taken back.
    await page.getByLabel('What it is for').fill('Scanner on the second floor');
    await page.getByLabel('Look at what you have sent').check();
    await page.getByLabel('Ends after').selectOption('30');
    await press(page, 'Make a token');
    const token = await page.locator('.secret code').textContent();
    assert.match(token, /^sp_[\w-]{43}$/);
    await look(page, 'token');
    const asked = await fetch(`${order.base_url}/api/v1/transfers`, { headers: { authorization: `Bearer ${token}` } });
    assert.equal(asked.status, 200);
    await page.goto(`${order.base_url}/account`);
    await look(page, 'account-tokens');
    await press(page, 'Take back: Scanner on the second floor');
    assert.equal(await page.getByText('Scanner on the second floor').count(), 0);
    await press(page, 'Sign out');
    assert.equal(new URL(page.url()).pathname, '/signin');
    await page.goto(`${order.base_url}/signin?tenant=demo`);
    await look(page, 'signin');
    await follow(page, () => page.locator('[data-passkey=signin]').click());
    await page.waitForURL('**/account');

    // Another password, and signing out everywhere.
    await page.getByLabel('Present password').fill(PASSWORD);
    await page.getByLabel('New password').fill(ANOTHER);
    await follow(page, () => page.keyboard.press('Enter'));
    await page.goto(`${order.base_url}/account`);
    await press(page, 'Sign out everywhere');
    assert.equal(new URL(page.url()).pathname, '/signin');
    await page.goto(`${order.base_url}/account`);
    assert.equal(new URL(page.url()).pathname, '/signin');
  });

  // Somebody with the password alone gets no further.
  await visitor(browser, { locale: 'de-DE', javaScriptEnabled: true }, async (page) => {
    await page.goto(`${order.base_url}/signin?tenant=demo`);
    await page.locator('input[type=email]').fill(order.email);
    await page.locator('input[type=password]').fill(ANOTHER);
    await follow(page, () => page.keyboard.press('Enter'));
    assert.equal(new URL(page.url()).pathname, '/signin/second-factor');
    await look(page, 'second-factor-de');
    await page.goto(`${order.base_url}/account`);
    assert.notEqual(new URL(page.url()).pathname, '/account');
  });
});
