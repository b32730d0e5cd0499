// Every page as it is found, in each language, on a desk by day or on a phone by night: for everybody, nothing cut off, nothing on the
// console. What is looked at in the middle of a journey, the journeys look at.
import { lookAt, settled } from './look.mjs';
import { journey, order, visitor } from './support.mjs';

const LOCALES = { en: 'en-GB', de: 'de-DE', nl: 'nl-NL' };

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

/** Looks at a page; in each language at one of the usual views, if not all is wanted. */
async function visit(page, path, language) {
  await page.goto(`${order.base_url}${path}`);
  const view = Object.keys(LOCALES).indexOf(language) % 2 === 0 ? 'desk-light' : 'phone-dark';
  const ready = async () => {
    await filled(page);
    await settled(page);
  };
  await lookAt(page, `tour-${named(path)}-${language}`, { views: [view], ready });
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
