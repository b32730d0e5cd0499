// What every journey needs: its order, a browser, and visitors who notice whatever a page should not do.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

// NODE_PATH says where scripts/test-tools.sh has put them.
const require = createRequire(import.meta.url);
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

export const SWITCHES = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** Long enough for the slowest machine that is not broken. */
const PATIENCE = 30_000;

/** What the test wants: JSON in the first argument. */
export const order = JSON.parse(process.argv[2]);

/** Runs a journey in a browser of its own; `options` are more of Playwright's for a launch. */
export async function journey(travel, options = {}) {
  const browser = await chromium.launch({ ...options, ...launching() });
  try {
    await travel(browser);
  } finally {
    await browser.close();
  }
}

const launching = () => ({
  executablePath: process.env.SEALPOST_CHROMIUM ?? '/usr/bin/chromium',
  // Chromium's sandbox needs a user of its own, which root has not.
  chromiumSandbox: process.getuid() !== 0,
  args: SWITCHES,
  timeout: PATIENCE,
});

/**
 * In place of a browser: one whose profile lasts, in this folder, as people's do. Frames of other sites may keep something in it, which they
 * may not in the others: those forget everything.
 */
export const lasting = (folder) => {
  // Playwright switches off that what frames keep is kept apart for each site around them, and then they may keep nothing. The last switch counts.
  const launch = { ...launching(), args: [...SWITCHES, '--disable-features=Translate'] };
  return { newContext: (options) => chromium.launchPersistentContext(folder, { ...options, ...launch }) };
};

/**
 * A visitor with cookies of his own; `options` are Playwright's for a context, `hosts` the origins that he may go to besides ours. What `visit` says is to be tolerated (a pattern
 * of addresses) may be refused (with that status alone, if it names one), or not arrive. Otherwise, at the end of `visit` nothing may have
 * gone to another origin than these and that of the provider, where there is one, and nothing may stand on the console, where violations of the content security policy go.
 */
export async function visitor(browser, { hosts = [], ...options }, visit) {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(PATIENCE);
  const faults = [];
  const refused = new Set();
  const tolerated = [];
  const isTolerated = (url, status) => tolerated.some(({ pattern, only }) => pattern.test(url) && (only ?? status) === status);
  context.on('request', (request) => {
    if (![order.base_url, order.provider, ...hosts].includes(new URL(request.url()).origin)) faults.push(`request to ${request.url()}`);
  });
  context.on('response', (response) => {
    const expected = response.request().isNavigationRequest() || isTolerated(response.url(), response.status());
    if (expected && response.status() >= 400) refused.add(response.url());
  });
  context.on('console', (message) => {
    if (!['error', 'warning'].includes(message.type())) return;
    // Chromium also notes there that a page came with the status of a refusal.
    const is_status = message.text().startsWith('Failed to load resource: the server responded with a status of');
    const is_silence = message.text().startsWith('Failed to load resource: net::') && isTolerated(message.location().url);
    if (!is_silence && !(is_status && refused.has(message.location().url))) faults.push(`console: ${message.text()} ${message.location().url}`);
  });
  context.on('weberror', (error) => faults.push(`error: ${error.error()}`));
  await visit(await context.newPage(), context, (pattern, only) => tolerated.push({ pattern, only }));
  await context.close();
  assert.deepEqual(faults, []);
}

/** Does what leads to another page, and waits until that is there. */
export async function follow(page, act) {
  await Promise.all([page.waitForEvent('framenavigated'), act()]);
  await page.waitForLoadState();
}

/** Asserts that axe finds nothing against WCAG 2.2 AA and good practice, and is sure about every contrast. */
export async function assertAccessible(page, where) {
  // Once a page; the checker changes nothing that a visitor would see.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe);
  const { violations, incomplete } = await page.evaluate(() => window.axe.run());
  const doubtful = incomplete.filter((rule) => rule.id === 'color-contrast');
  const findings = [...violations, ...doubtful].map((rule) => ({
    rule: rule.id,
    help: rule.help,
    where: rule.nodes.map((node) => [node.html, ...node.any.map((check) => check.message)].join("; ")),
  }));
  assert.deepEqual(findings, [], `axe, ${where}`);
}

/** Asserts that nobody has to scroll sideways, and that no text is cut off. */
export async function assertFits(page, where) {
  const wide = await page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const seen = [...document.querySelectorAll('body *')].filter(
      // Some things are there to be heard only.
      (element) => !element.closest('[hidden]') && getComputedStyle(element).clipPath !== 'inset(50%)',
    );
    const beyond = seen.filter((element) => {
      const box = element.getBoundingClientRect();
      // A field in which more is written than fits moves with whoever writes.
      const cut = element.scrollWidth > element.clientWidth + 1 && !element.matches('input');
      return box.right > width + 0.5 || box.left < -0.5 || cut;
    });
    const scrolls = document.documentElement.scrollWidth > width ? ['the page'] : [];
    // What stands within a line has no width of its own to cut anything off at.
    return scrolls.concat(
      beyond.filter((element) => getComputedStyle(element).display !== 'inline').map((element) => element.cloneNode(false).outerHTML),
    );
  });
  assert.deepEqual(wide, [], `too wide, ${where}`);
}

/** Keeps what the page looks like, all of it. */
export async function keep(page, name) {
  await page.screenshot({ path: join(order.screenshots, `${name}.png`), fullPage: true });
}

/** The field that the page itself gives the focus, as screen readers are told of it. */
export async function focusedField(page) {
  await page.locator('input:focus').waitFor();
  return focused(page);
}

/** What has the focus: name, description, and whether it holds an error. Nothing, if nothing has. */
async function focused(page) {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  await session.detach();
  const property = (node, name) => node.properties?.find((it) => it.name === name)?.value.value;
  // The document has the focus too.
  const node = nodes.find((it) => property(it, 'focused') && it.role.value !== 'RootWebArea');
  return (
    node && {
      name: node.name.value,
      description: node.description?.value ?? '',
      invalid: property(node, 'invalid') === 'true',
    }
  );
}

/** Presses Tab until what is `wanted` has the focus, and asserts that the focus can be seen all the way. */
export async function tabTo(page, wanted) {
  for (let presses = 0; presses < 20; presses += 1) {
    await page.keyboard.press('Tab');
    const at = await focused(page);
    if (!at) continue;
    const outline = await page.evaluate(() => {
      const style = getComputedStyle(document.activeElement);
      return style.outlineStyle === 'none' ? 0 : Number.parseFloat(style.outlineWidth);
    });
    assert.ok(outline >= 2, `the focus on ${at.name} is seen`);
    if (wanted.test(at.name)) return at;
  }
  return assert.fail(`no way to ${wanted} with Tab`);
}

/** The newest code among the messages to telephones, once one has come that is not among those known. */
export async function sentCode(known) {
  for (let looks = 0; looks < 600; looks += 1) {
    for (const name of readdirSync(order.sms)) {
      if (name.startsWith('.') || known.has(name)) continue;
      known.add(name);
      return JSON.parse(readFileSync(join(order.sms, name), 'utf8')).text.match(/^\d{6}/)[0];
    }
    await sleep(50);
  }
  return assert.fail('no code has come');
}
