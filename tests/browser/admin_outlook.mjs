// The add-in in the console: what is deployed, where it is, when it has to be deployed anew, and the rules for it.
import assert from 'node:assert/strict';

import { arrive, look as lookAt } from './sender_steps.mjs';
import { journey, order, tabTo, visitor } from './support.mjs';

const look = (page, name) => lookAt(page, name, 'outlook');
const heading = (page, name) => page.getByRole('heading', { name, exact: true });
const link = (page, name) => page.getByRole('link', { name, exact: true });
const fact = (page, name) => page.locator('dt', { hasText: new RegExp(`^${name}$`) }).locator('xpath=following-sibling::dd[1]');
const ADDIN = '**/api/v1/admin/addin';

/** What is deployed. */
async function manifests(page, context) {
  await heading(page, 'Manifest').waitFor();
  await page.getByText('Mails are looked at while they are written and sent.').waitFor();
  assert.equal(await fact(page, 'Version').textContent(), '1.0.0.0');
  await page.getByText('Outlook takes add-ins from https addresses only').waitFor();
  await look(page, 'manifests');
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await link(page, 'Download the unified manifest (ZIP)').focus();
  await tabTo(page, /^Copy the address of the manifest$/);
  await page.keyboard.press('Enter');
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(copied, /\/addin\/[0-9a-f-]{36}\/manifest\.xml$/);
  for (const [name, file, begins] of [
    ['Download the manifest (XML)', 'sealpost-outlook.xml', '<?xml'],
    ['Download the unified manifest (ZIP)', 'sealpost-outlook.zip', 'PK\u0003\u0004'],
  ]) {
    const [download] = await Promise.all([page.waitForEvent('download'), link(page, name).click()]);
    assert.equal(download.suggestedFilename(), file);
    let text = '';
    for await (const chunk of await download.createReadStream()) text += chunk.toString('latin1');
    assert.ok(text.startsWith(begins), `${name}: ${text.slice(0, 20)}`);
  }
  return copied;
}

/** The rules, of which the send mode is in the manifest. */
async function rules(page, manifest) {
  await link(page, 'Rules for Outlook').click();
  await page.waitForURL(/\/admin\/policy\/outlook$/);
  await page.getByLabel('A mail that is not to be sent as it is').selectOption({ label: 'It stays; if the add-in cannot be asked, it goes out' });
  await page.getByRole('textbox', { name: 'Largest attachments together' }).fill('25');
  await page.getByLabel('If attachments are larger').selectOption({ label: 'Do not send the mail so' });
  const hosts = page.getByRole('textbox', { name: 'Your own addresses of Outlook on the web' });
  await hosts.fill('https://mail.demo.example/owa');
  await page.getByLabel('Link to your privacy statement').fill('https://demo.example/privacy');
  await look(page, 'rules');
  await page.getByRole('button', { name: /^Save/ }).click();
  // It is said at the field, and nothing was saved.
  await page.getByText('a mail host is written https://mail.example.org, without a path').first().waitFor();
  await look(page, 'rules-refused');
  await hosts.fill('https://mail.demo.example');
  await page.getByRole('button', { name: /^Save/ }).click();
  await page.getByText(/^Version \d+ counts/).first().waitFor();
  await page.goto(`${order.base_url}/admin/outlook`);
  await heading(page, 'Manifest').waitFor();
  assert.equal(await fact(page, 'Version').textContent(), '1.0.1.0');
  assert.equal(await fact(page, 'A mail that is not to be sent as it is').textContent(), 'It stays; if the add-in cannot be asked, it goes out');
  const xml = await (await page.request.get(manifest)).text();
  assert.match(xml, /SendMode="SoftBlock"/);
  const pane = await page.request.get(manifest.replace('manifest.xml', 'launchevent.html'));
  assert.match(pane.headers()['content-security-policy'], / https:\/\/mail\.demo\.example$/);
}

/** Why mails are not looked at. */
async function states(page) {
  for (const [state, text] of [
    ['events_off', 'your rules say so'],
    ['operator_off', 'whoever runs the service has switched that off'],
    ['suspended', 'your organisation is suspended'],
    ['unlicensed', 'no licence counts'],
  ]) {
    await page.route(ADDIN, async (route) => {
      const answer = await route.fetch();
      const addin = { ...(await answer.json()), state, manifest_url: 'https://files.demo.example/addin/x/manifest.xml' };
      await route.fulfill({ response: answer, json: addin });
    });
    await page.reload();
    await page.getByText(text).waitFor();
    assert.equal(await page.getByText('Outlook takes add-ins from https addresses only').count(), 0);
    if (state === 'unlicensed') await look(page, 'unlicensed');
    await page.unroute(ADDIN);
  }
  await page.route(ADDIN, (route) => route.abort());
  await page.reload();
  await page.getByRole('button', { name: 'Try again' }).waitFor();
  await page.unroute(ADDIN);
  await page.getByRole('button', { name: 'Try again' }).click();
  await heading(page, 'Manifest').waitFor();
}

await journey(async (browser) => {
  await visitor(browser, { locale: 'en-GB', acceptDownloads: true }, async (page, context, tolerate) => {
    tolerate(/\/api\/v1\/(addin\/bootstrap|admin\/(addin|policy))$/);
    await arrive(page, '/admin/outlook');
    const manifest = await manifests(page, context);
    await rules(page, manifest);
    await states(page);
  });
  // An auditor reads all of it, and changes none.
  await visitor(browser, { locale: 'en-GB' }, async (page, _, tolerate) => {
    tolerate(/\/api\/v1\/addin\/bootstrap$/);
    await arrive(page, '/admin/outlook', order.auditor);
    await page.getByText('Mails are looked at while they are written and sent.').waitFor();
    await look(page, 'auditor');
    await link(page, 'Rules for Outlook').click();
    await page.getByText('Do not send the mail so').first().waitFor();
    assert.equal(await page.getByRole('switch').count(), 0);
    await look(page, 'auditor-rules');
  });
});
