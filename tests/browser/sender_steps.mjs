// What the journeys of a sender have in common.
import { assertAccessible, assertFits, follow, keep, order } from './support.mjs';

/** A desk, and the smallest phone. */
export const SIZES = { desk: { width: 1280, height: 800 }, phone: { width: 320, height: 640 } };

/** For everybody, on a desk and on a phone, by day and by night; and what it looks like there. `whose` page it is begins the pictures' names. */
export async function look(page, name, whose = 'sender') {
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await settled(page);
      await assertAccessible(page, `${name}, ${size}, ${colorScheme}`);
      await assertFits(page, `${name}, ${size}, ${colorScheme}`);
      await keep(page, `${whose}-${name}-${size}-${colorScheme}`);
    }
  }
  await page.setViewportSize(SIZES.desk);
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
}

/** Waits until the page has heard of its new size and colours, and nothing moves any more. */
export async function settled(page) {
  await page.evaluate(async () => {
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    await frame();
    await frame();
    const moving = document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime !== Infinity);
    await Promise.allSettled(moving.map((one) => one.finished));
  });
}

/** Comes to a page without a session, signs in, and is back. */
export async function arrive(page, path = '/', { email, password } = order) {
  await page.goto(`${order.base_url}${path}`);
  await page.waitForURL(/\/signin\?/);
  const { searchParams } = new URL(page.url());
  if (searchParams.get('return_to') !== path) throw new Error(`leads back to ${searchParams.get('return_to')}`);
  await page.getByLabel('Organisation').fill('demo');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await follow(page, () => page.keyboard.press('Enter'));
  await page.waitForURL(`${order.base_url}${path}`);
}

/** The field for recipients, to which Enter adds. */
export async function addRecipient(page, text) {
  await page.getByLabel(/^Recipients/).fill(text);
  await page.keyboard.press('Enter');
}

/** The file of the order, as a dialogue of the system would give it. */
export async function chooseFile(page) {
  await page.locator('input[type=file]').first().setInputFiles(order.file);
}
