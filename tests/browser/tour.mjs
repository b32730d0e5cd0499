// Every page as it is found, in each language, on a desk by day or on a phone by night: for everybody, nothing cut off, nothing on the
// console. What is looked at in the middle of a journey, the journeys look at.
import { assertAccessible, assertFits, journey, keep, order, visitor } from './support.mjs';
import { SIZES, settled } from './sender_steps.mjs';

const LOCALES = { en: 'en-GB', de: 'de-DE', nl: 'nl-NL' };
const SCHEMES = ['light', 'dark'];

/** What a page of this path is called in the name of its pictures. */
function named(path) {
  const words = path.replace(/[\w-]{30,}/g, 'one').replace(/^\/|\/$/g, '');
  return words.replace(/\W+/g, '-') || 'home';
}

/** Waits until nothing is being fetched any more. */
async function filled(page) {
  await page.waitForLoadState('networkidle');
  await page.locator('[role=progressbar]').first().waitFor({ state: 'detached' });
  await page.locator('h1:visible').first().waitFor();
}

/** The sections that a page leads to. */
async function sections(page, path) {
  await page.goto(`${order.base_url}${path}`);
  await filled(page);
  const links = await page.locator('nav a').evaluateAll((all) => all.map((one) => new URL(one.href).pathname));
  return [path, ...links];
}

/** Looks at a page, in one size by day or in the other by night; each language has one of them, unless all is wanted. */
async function visit(page, path, language) {
  await page.goto(`${order.base_url}${path}`);
  const one = Object.keys(LOCALES).indexOf(language) % 2;
  for (const [at, [size, viewport]] of Object.entries(SIZES).entries()) {
    for (const [by, colorScheme] of SCHEMES.entries()) {
      if (!order.all && (at !== one || by !== one)) continue;
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await filled(page);
      await settled(page);
      const where = `${path}, ${language}, ${size}, ${colorScheme}`;
      await assertAccessible(page, where);
      await assertFits(page, where);
      await keep(page, `tour-${named(path)}-${language}-${size}-${colorScheme}`);
    }
  }
}

await journey(async (browser) => {
  for (const [language, locale] of Object.entries(LOCALES)) {
    await visitor(browser, { locale }, async (page, context) => {
      for (const path of order.outside) await visit(page, path, language);
      const { email, password } = order;
      const signed = await context.request.post(`${order.base_url}/api/v1/signin`, {
        data: { tenant: 'demo', email, password },
        headers: { origin: order.base_url },
      });
      if (!signed.ok()) throw new Error(`signing in: ${signed.status()} ${await signed.text()}`);
      const found = [...(await sections(page, '/')), ...(await sections(page, '/admin')), ...order.inside];
      for (const path of new Set(found)) await visit(page, path, language);
    });
  }
});
