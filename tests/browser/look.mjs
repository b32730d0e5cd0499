// What a page looks like, and whether it is for everybody.
import { assertAccessible, assertFits, keep, order } from './support.mjs';

/** A desk, and the smallest phone. */
export const SIZES = { desk: { width: 1280, height: 800 }, phone: { width: 320, height: 640 } };
const SCHEMES = ['light', 'dark'];
/** Every day these two: each size and each scheme once. */
const USUAL = ['desk-light', 'phone-dark'];

/**
 * Looks at what a page shows: axe, whether all of it fits, and a picture, whose name begins with `name`. On a desk by day and on a phone by
 * night; by day and night on both if all is wanted. `views` can say less. Leaves the page in the size `back`, by day.
 */
export async function lookAt(page, name, { views = USUAL, back = SIZES.desk, ready = settled } = {}) {
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const colorScheme of SCHEMES) {
      const view = `${size}-${colorScheme}`;
      if (!order.all && !views.includes(view)) continue;
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await ready(page);
      await assertAccessible(page, `${name}, ${view}`);
      await assertFits(page, `${name}, ${view}`);
      await keep(page, `${name}-${view}`);
    }
  }
  await page.setViewportSize(back);
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
