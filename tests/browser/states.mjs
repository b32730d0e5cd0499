// Every state of the page in one language: in every size and every colour scheme it fits, and axe finds nothing.
import assert from 'node:assert/strict';

import { assertAccessible, assertFits, follow, journey, keep, order, visitor } from './support.mjs';

const PHONES = [
  { width: 320, height: 568 },
  { width: 360, height: 740 },
];
const DESKTOP = { width: 1280, height: 800 };
/** What a window of 1280 × 800 becomes at a zoom of 200 %. */
const ZOOMED = { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 };

const enter = async (page, password) => {
  // The page gives the field the focus; whoever is faster is told so on the console.
  if (password) await page.locator('input:focus').fill(password);
  await follow(page, () => page.getByRole('button').click());
};

/** Asks for a code, each time with another link: one can be asked for once a minute. */
async function askCode(page) {
  await page.goto(order.coded.pop());
  await enter(page);
}

/** The way to each state; what it ends with is the status of the page. */
const STATES = {
  files: async (page) => page.goto(order.several),
  downloads: async (page) => {
    await page.goto(order.several);
    await enter(page);
  },
  'nothing-chosen': async (page) => {
    await page.goto(order.several);
    await enter(page);
    await follow(page, () => page.locator('form button.second').first().click());
    assert.match(new URL(page.url()).search, /chosen=none/);
  },
  checksum: async (page) => {
    await page.goto(order.several);
    await enter(page);
    await page.locator('summary').click();
  },
  'one-download': async (page) => {
    await page.goto(order.one);
    await enter(page);
  },
  password: async (page) => page.goto(order.locked),
  'send-code': async (page) => page.goto(order.coded.at(0)),
  code: askCode,
  'wrong-code': async (page) => {
    await askCode(page);
    await page.locator('input:focus').fill('000000');
    await follow(page, () => page.getByRole('button').first().click());
  },
  'code-too-soon': async (page) => {
    await askCode(page);
    await follow(page, () => page.getByRole('button').last().click());
  },
  'wrong-password': async (page) => {
    await page.goto(order.locked);
    await enter(page, 'not the password');
  },
  report: async (page) => {
    await page.goto(order.several);
    await follow(page, () => page.locator('.report a').click());
  },
  'report-without-reason': async (page) => {
    await page.goto(`${order.locked}/report`);
    await page.locator('select').evaluate((field) => field.removeAttribute('required'));
    await follow(page, () => page.getByRole('button').click());
  },
  // Three times a day for each link, and so often does this walk send one.
  reported: async (page) => {
    await page.goto(`${order.locked}/report`);
    // By keyboard alone, past the two other languages.
    for (let presses = 0; presses < 3; presses += 1) await page.keyboard.press('Tab');
    for (const _ of ['misdirected', 'malware', 'phishing']) await page.keyboard.press('ArrowDown');
    assert.equal(await page.getByRole('combobox').inputValue(), 'phishing');
    await page.keyboard.press('Tab');
    await page.keyboard.type('It asks for my password.');
    await page.keyboard.press('Tab');
    await follow(page, () => page.keyboard.press('Enter'));
  },
  blocked: async (page) => page.goto(order.ended.blocked.link),
  deleted: async (page) => page.goto(order.ended.deleted.link),
  unavailable: async (page) => page.goto(order.unknown),
  'used-up': async (page) => page.goto(order.used_up),
  'other-site': async (page) => {
    await page.goto('about:blank');
    await page.setContent(`<form method="post" action="${order.several}"><button></button></form>`);
    await enter(page);
  },
  // Last: it shuts this address out of all others.
  'too-many': async (page) => {
    let status = 0;
    for (let attempts = 0; attempts < 1_000 && status !== 429; attempts += 1) {
      const form = { method: 'POST', body: new URLSearchParams(), redirect: 'manual' };
      status = (await fetch(order.several, form)).status;
    }
    assert.equal(status, 429);
    await page.goto(order.several);
    await enter(page);
  },
};

/** What was kept when these were opened, before they ended. */
const KEPT = Object.values(order.ended).map(({ link, kept }) => {
  const [name, value] = kept.split('=');
  return { name, value, domain: new URL(link).hostname, path: new URL(link).pathname };
});

const { language } = order;
/** Colours do not depend on the language: one is enough to check them. */
const SCHEMES = language === 'en' ? ['light', 'dark'] : ['light'];
const desktop = { locale: language, viewport: DESKTOP };
const phone = { locale: language, viewport: PHONES[0], isMobile: true, hasTouch: true };
const zoomed = { locale: language, ...ZOOMED };

await journey((browser) =>
  visitor(browser, phone, (onPhone) =>
    visitor(browser, desktop, (onDesktop) =>
      visitor(browser, zoomed, async (onZoomed) => {
        for (const [state, reach] of Object.entries(STATES)) {
          // A visitor who was let in once is known again by his cookies.
          for (const page of [onPhone, onDesktop, onZoomed]) {
            await page.context().clearCookies();
            await page.context().addCookies(KEPT);
            await reach(page);
          }
          assert.equal(await onPhone.getAttribute('html', 'lang'), language);
          await assertFitsPhones(onPhone, state);
          await assertColours(onPhone, `${state}-phone`);
          await assertFits(onDesktop, state);
          await assertColours(onDesktop, state);
          await assertFits(onZoomed, `${state} at 200 %`);
          await keep(onZoomed, `${language}-${state}-zoomed`);
        }
      }),
    ),
  ),
);

/** On the smallest phones, also for those who let their text be twice as large. */
async function assertFitsPhones(page, state) {
  for (const size of PHONES.toReversed()) {
    await page.setViewportSize(size);
    await assertFits(page, `${state} at ${size.width} px`);
    await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
    await assertFits(page, `${state} at ${size.width} px with text at 200 %`);
    if (size === PHONES[0]) await keep(page, `${language}-${state}-phone-large-text`);
    await page.evaluate(() => (document.documentElement.style.fontSize = ''));
  }
}

async function assertColours(page, name) {
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme });
    await assertAccessible(page, `${name}, ${colorScheme}`);
    await keep(page, `${language}-${name}-${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: null, forcedColors: 'active' });
  for (const button of await page.locator('.button').all()) {
    const border = await button.evaluate((it) => getComputedStyle(it).borderTopWidth);
    assert.ok(Number.parseFloat(border) >= 1, 'where colours are forced, only its border makes a button');
  }
  await keep(page, `${language}-${name}-forced-colours`);
  await page.emulateMedia({ forcedColors: null });
}
