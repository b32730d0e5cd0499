// An Outlook that is none: a page at Outlook's own address with a mail in it (owa.html), and Sealpost's real pane and events in frames
// of another site, from the service under test, with a fake of Office.js (fake_office.js).
import { readFileSync } from 'node:fs';

import { settled } from '../look.mjs';
import { assertAccessible, assertFits, keep, order } from '../support.mjs';

const ORIGIN = 'https://outlook.office.com';
const OFFICE = 'https://appsforoffice.microsoft.com';
/** Where alone a pane goes to besides the service. */
export const HOSTS = [ORIGIN, OFFICE];

/** What Outlook says of its colours (Mailbox 1.14). */
export const THEMES = {
  light: { bodyBackgroundColor: '#FFFFFF', bodyForegroundColor: '#242424', controlBackgroundColor: '#FFFFFF', controlForegroundColor: '#242424' },
  dark: { bodyBackgroundColor: '#1F1F1F', bodyForegroundColor: '#FFFFFF', controlBackgroundColor: '#292929', controlForegroundColor: '#FFFFFF' },
};

/** What an Outlook is like, if nobody says otherwise. */
const USUAL = {
  /** The newest requirement set of `Mailbox`, as `1.15`. */
  set: '1.15',
  /** `PC`, `OfficeOnline` (the new Outlook, too) or `Mac`. */
  platform: 'OfficeOnline',
  language: 'en-GB',
  own: { emailAddress: 'admin@demo.example', displayName: 'Ada Owner' },
  roaming: {},
  theme: THEMES.light,
  /** Of the pane, in CSS pixels. */
  width: 320,
  /** How long each call takes, in milliseconds; calls that fail, or are never answered, by name. */
  delay: 5,
  failing: [],
  silent: [],
  /** `shown`, or `blocked` as by a browser. */
  dialogs: 'shown',
  /** Whether it says that it knows nested app authentication. Its bridge is a script of its own (`open`). */
  bridge: false,
  /** Of the manifest: `prompt_user`, `soft_block` or `block`. */
  send_mode: 'prompt_user',
  /** How long it waits for an event, in milliseconds; Outlooks wait five minutes. */
  event_limit: 10_000,
};

const here = (name) => readFileSync(new URL(name, import.meta.url), 'utf8');
const asText = (content, contentType) => ({ status: 200, contentType, body: content });

/**
 * Puts Outlook where the pages of `context` find it. `scene` is what differs from `USUAL`; `addin_id` says whose add-in it has. With
 * `bridge_script` the pane gets that before its own scripts, as hosts with nested app authentication do.
 */
export async function install(context, { addin_id, bridge_script, ...differing }) {
  const root = `${order.base_url}/addin/${addin_id}`;
  const host_info = `_host_Info=Outlook$Web$16.01$${differing.language ?? USUAL.language}$$$$0`;
  const scene = {
    ...USUAL,
    pane: `${root}/pane.html?${host_info}`,
    commands: `${root}/commands.html?${host_info}`,
    events: `${root}/launchevent.html?${host_info}`,
    ...differing,
  };
  await context.route(`${ORIGIN}/**`, (route) => {
    const name = new URL(route.request().url()).pathname.split('/').at(-1);
    if (name.endsWith('.js')) return route.fulfill(asText(here(name), 'text/javascript'));
    if (name.endsWith('.css')) return route.fulfill(asText(here(name), 'text/css'));
    // Once, and as it stands: `$` means something to `replace`.
    return route.fulfill(asText(here('owa.html').replace('{{scene}}', () => JSON.stringify(scene)), 'text/html'));
  });
  await context.route(`${OFFICE}/lib/1/hosted/office.js`, (route) => route.fulfill(asText(here('fake_office.js'), 'text/javascript')));
  // A public page that has something of this machine in a frame: Chromium asks first (Local Network Access), and administrators decide.
  await context.grantPermissions(['local-network-access'], { origin: ORIGIN });
  if (bridge_script) await context.addInitScript(bridge_script);
  return scene;
}

/** A file as Outlook has it among a mail's attachments; `empty` ones say that they were read, and have nothing. */
export const attachment = (name, bytes, more = {}) => ({
  name,
  size: bytes.length,
  content: Buffer.from(bytes).toString('base64'),
  ...more,
});

/** One window of Outlook. */
export class Outlook {
  constructor(page) {
    this.page = page;
  }

  /** A window with a new mail in it, or with `mail`, as `state` had it. */
  static async compose(page, mail) {
    await page.goto(`${ORIGIN}/mail/deeplink/compose`);
    await page.evaluate((it) => owa.start(it), mail);
    await page.evaluate(() => void owa.activate('onNewMessageComposeHandler', '1.10'));
    return new Outlook(page);
  }

  /** A window with mails to read: `{id, subject, from, to, headers, html}`. */
  static async inbox(page, items) {
    await page.goto(`${ORIGIN}/mail/inbox`);
    await page.evaluate((it) => owa.inbox(it), items);
    return new Outlook(page);
  }

  /** What is in the pane, to be looked for. */
  get pane() {
    return this.page.frameLocator('#pane iframe');
  }

  /** The pane's frame itself. */
  async frame() {
    const element = await this.page.waitForSelector('#pane iframe');
    return element.contentFrame();
  }

  async openPane() {
    await this.page.getByRole('button', { name: 'Sealpost' }).click();
  }

  async closePane() {
    await this.page.getByRole('button', { name: 'Close', exact: true }).click();
  }

  field(name) {
    return this.page.locator(`input[data-field=${name}]`);
  }

  /** Types recipients, and goes on: Outlook knows them then. */
  async address(field, text) {
    await this.field(field).fill(text);
    await this.field(field).press('Enter');
  }

  async unaddress(email) {
    await this.page.getByRole('button', { name: `Remove ${email}` }).click();
  }

  /** Attachments, all at once. */
  attach(files) {
    return this.page.evaluate((it) => owa.attach(it), files);
  }

  /** Whatever is in the mail now. */
  state() {
    return this.page.evaluate(() => owa.state());
  }

  /** Mails that were sent from here. */
  sent() {
    return this.page.evaluate(() => owa.sent);
  }

  /** What Outlook would not have taken of the add-in. */
  faults() {
    return this.page.evaluate(() => owa.faults);
  }

  async send() {
    await this.page.getByRole('button', { name: 'Send', exact: true }).click();
  }

  /** Sends, and waits until the mail is gone. */
  async sendAway() {
    await this.send();
    await this.page.waitForFunction(() => owa.sent.length > 0);
    return (await this.sent()).at(-1);
  }

  /** The question that sending asks; its buttons are the page's. */
  get alert() {
    return this.page.getByRole('alertdialog', { name: 'Sealpost' });
  }

  async discard() {
    await this.page.getByRole('button', { name: 'Discard' }).click();
  }

  /** Runs a function of the manifest's buttons. */
  command(name) {
    return this.page.evaluate((it) => owa.command(it), name);
  }

  /** The mail goes on in a window of its own: what it is like stays, attachments are called otherwise, and there is no pane. */
  async popOut() {
    const mail = await this.state();
    await this.page.evaluate(() => owa.leave());
    const renamed = mail.attachments.map((one) => ({ ...one, id: `P${one.id}` }));
    return Outlook.compose(await this.page.context().newPage(), { ...mail, attachments: renamed });
  }

  /** The draft is closed and opened again: what belonged to the session is gone, and without having been saved so are headers. */
  async reopenDraft() {
    const mail = await this.state();
    const kept = mail.saved ? {} : { headers: {}, properties: {} };
    return Outlook.compose(this.page, { ...mail, ...kept, session: {} });
  }

  async theme(scheme) {
    await this.page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await this.page.evaluate((it) => owa.theme(it), THEMES[scheme]);
    // An add-in with events hears nothing of new colours: it looks again when somebody comes back to it.
    await (await this.frame()).evaluate(() => window.dispatchEvent(new Event('focus')));
  }
}

/** The widths that panes have, narrowest first. */
const WIDTHS = [320, 450];
const USUAL_VIEWS = ['320-light', '450-dark'];

/** Looks at what the pane shows, as `lookAt` does at pages: axe, whether all of it fits, and a picture. */
export async function lookAtPane(outlook, name, { views = USUAL_VIEWS } = {}) {
  const frame = await outlook.frame();
  for (const width of WIDTHS) {
    for (const scheme of ['light', 'dark']) {
      const view = `${width}-${scheme}`;
      if (!order.all && !views.includes(view)) continue;
      await outlook.page.locator('#pane iframe').evaluate((element, it) => {
        element.style.width = `${it}px`;
      }, width);
      await outlook.theme(scheme);
      await settled(frame);
      await assertAccessible(frame, `${name}, ${view}`);
      await assertFits(frame, `${name}, ${view}`);
      await keepPane(outlook, `${name}-${view}`);
    }
  }
  await outlook.theme('light');
}

/** Keeps what the pane looks like, all of it: as high as what is in it. */
async function keepPane(outlook, name) {
  const { page } = outlook;
  const before = page.viewportSize();
  const frame = await outlook.frame();
  const height = await frame.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width: before.width, height: Math.max(before.height, height + 80) });
  await settled(frame);
  await keep(page.locator('#pane iframe'), name);
  await page.setViewportSize(before);
}
