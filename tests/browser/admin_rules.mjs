// Who makes the rules, in the console: changes them and sees them count, is told what cannot be, asks what would happen, takes it back;
// shows the tenant in its colours, verifies the log, and looks at all the other sections; and an auditor who changes nothing.
import assert from 'node:assert/strict';

import { arrive, look as lookAt } from './sender_steps.mjs';
import { journey, order, visitor } from './support.mjs';

const look = (page, name) => lookAt(page, name, 'rules');
const heading = (page, name) => page.getByRole('heading', { name, exact: true });
const button = (page, name) => page.getByRole('button', { name, exact: true });
const link = (page, name) => page.getByRole('link', { name, exact: true });
const section = (page, name) => page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true });

/** Asks the service from within the page, as somebody else with the same session would. */
const ask = (page, method, path, body) =>
  page.evaluate(
    async ([method, path, body]) => {
      const headers = { 'Content-Type': 'application/json' };
      const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
      return { status: answer.status, body: await answer.json().catch(() => null) };
    },
    [method, path, body],
  );

async function save(page, version) {
  await button(page, 'Save').click();
  await page.getByText(`Version ${version} counts from now on.`).waitFor();
  // The button is gone: what is said instead has the focus.
  await heading(page, 'Saved').and(page.locator(':focus')).waitFor();
}

/** Numbers, their bounds, what the service refuses, and somebody who was faster. */
async function retention(page) {
  await heading(page, 'Rules').waitFor();
  await look(page, 'subjects');
  await link(page, 'How long things are kept').click();
  await heading(page, 'How long things are kept').waitFor();
  const usual = page.getByRole('textbox', { name: 'Life of a transfer if the sender says nothing' });
  const longest = page.getByRole('textbox', { name: 'Longest life of a transfer' });
  await usual.fill('soon');
  await button(page, 'Save').click();
  await page.getByText('Write a number.').first().waitFor();
  await page.locator(':focus[value="soon"]').waitFor();

  await usual.fill('7');
  await longest.fill('5');
  await button(page, 'Save').click();
  await page.getByText('“Life of a transfer if the sender says nothing” lies between an hour and “Longest life of a transfer”').first().waitFor();
  await look(page, 'retention-refused');
  await longest.fill('21');
  await page.getByText('30 days').first().waitFor();

  // Somebody else saves first: it is told, and what was written stays.
  const other = await ask(page, 'PATCH', '/api/v1/admin/policy', { settings: { retention_max_seconds: 1728000, max_files: 99 } });
  assert.equal(other.status, 200);
  await button(page, 'Save').click();
  await page.getByText('Changed by both of you: Longest life of a transfer.').waitFor();
  assert.equal(await longest.inputValue(), '21');
  await look(page, 'retention-contested');
  await save(page, 2);
  const { body } = await ask(page, 'GET', '/api/v1/admin/policy');
  assert.deepEqual(
    [body.policy.settings.retention_max_seconds, body.policy.settings.max_files],
    [21 * 86400, 99],
    'both changes count',
  );
}

/** Who may send to whom: written, warned of, asked, ordered, and taken from a table. */
async function addresses(page) {
  await link(page, 'All rules').click();
  await link(page, 'Who may send to whom').click();
  await look(page, 'addresses-none');
  await button(page, 'Add a rule').click();
  const name = page.getByRole('textbox', { name: 'Name', exact: true });
  await page.locator(':focus[value="New rule"]').waitFor();
  await name.fill('competitors');
  const recipients = page.getByRole('textbox', { name: 'Recipients' }).first();
  await recipients.fill('rival.example\nno pattern');
  await page.getByText('Each line is an address').first().waitFor();
  await look(page, 'addresses-fault');
  await recipients.fill('rival.example');
  await page.getByLabel('It may not be sent').check();
  await page.getByRole('textbox', { name: 'What the sender is told' }).fill('Not to competitors. Ask the legal department.');
  await button(page, 'Add a rule').click();
  await name.fill('all others');
  await page.getByLabel('It may be sent with one of certain protections').check();
  await page.getByLabel('It must not be sealed').check();
  await look(page, 'addresses-sealing');
  await button(page, 'Move “all others” up').press('Enter');
  await page.locator(':focus[aria-label="Move “all others” up"]').waitFor();
  await save(page, 3);
  await page.getByText('address rule 2 never decides').waitFor();
  await look(page, 'addresses-warned');
  await button(page, 'Move “all others” down').click();
  await save(page, 4);

  const explain = page.getByRole('region', { name: 'What would happen?' });
  await explain.getByRole('button', { name: 'Ask the rules' }).click();
  await explain.getByText('Write at least one address.').waitFor();
  await explain.getByLabel('Recipients').fill('anna@rival.example, bert@example.org');
  await explain.getByLabel('File name').fill('invoice.pdf.exe');
  await explain.getByRole('button', { name: 'Ask the rules' }).click();
  await explain.getByText('Rule 1 decides: “competitors”.').waitFor();
  await explain.getByText('Rule 2 decides: “all others”.').waitFor();
  await explain.getByText('Not to competitors. Ask the legal department.').waitFor();
  await explain.getByText('The rule “Names that deceive” refuses it.').waitFor();
  await explain.getByText(/be sent \(the name deceives: it ends twice, as a document and as a program\)/).waitFor();
  await explain.getByText('It must not be sealed by the sender.').waitFor();
  await look(page, 'explained');

  // It counts at once.
  const wish = { recipients: [{ email: 'anna@rival.example' }] };
  assert.equal((await ask(page, 'POST', '/api/v1/transfers', wish)).body.code, 'recipient_refused');

  const sealed = { mode: 'zero_knowledge', recipients: [{ email: 'bert@example.org' }] };
  const refused = (await ask(page, 'POST', '/api/v1/transfers', sealed)).body;
  assert.deepEqual([refused.code, refused.rules], ['mode_refused', [{ says: 'forbid', about: 'address', rule: 'all others' }]]);

  const table = (text) => ({ name: 'rules.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
  const file = page.getByLabel('CSV file');
  await file.setInputFiles(table('partners,,partner.example,allow,\nbroken,,no pattern at all,allow,\n'));
  await page.getByText('1 rule can be taken. Nothing was changed yet.').waitFor();
  await page.getByText('Line 2:').waitFor();
  await look(page, 'import-tried');
  await button(page, 'Take 1 rule').click();
  await page.getByText('1 rule was taken.').waitFor();
  await page.getByText('3. partners').waitFor();
}

/** What is written. */
async function content(page) {
  await link(page, 'All rules').click();
  await link(page, 'What is written').click();
  await button(page, 'Add a rule').click();
  await page.getByText('Write at least one word.').first().waitFor();
  await page.getByRole('textbox', { name: 'Words' }).fill('confidential\ndiagnos*');
  await page.getByLabel('It is sent protected, or not at all').check();
  await page.getByRole('checkbox', { name: 'A code by e-mail', exact: true }).check();
  await look(page, 'content');
  await save(page, 6);
  const explain = page.getByRole('region', { name: 'What would happen?' });
  await explain.getByLabel('Recipients').fill('bert@example.org');
  await explain.getByLabel('Message').fill('The diagnosis is confidential.');
  await explain.getByRole('button', { name: 'Ask the rules' }).click();
  await explain.getByText('Rule 1 finds something').waitFor();
  await explain.getByText('Found 2 times.').waitFor();
}

/** Every other subject is there, and can be used by everybody. */
async function subjects(page) {
  for (const [name, picture] of [
    ['Protection and passwords', 'protection'],
    ['Sizes, counts and quotas', 'limits'],
    ['What senders choose', 'choices'],
    ['File types', 'types'],
    ['Malware scanner', 'scan'],
    ['Notifications and reports by mail', 'notifications'],
    ['Signing in and sessions', 'sessions'],
    ['Language of mails', 'languages'],
    ['Your own domains', 'domains'],
  ]) {
    await link(page, 'All rules').click();
    await link(page, name).click();
    await heading(page, name).waitFor();
    await look(page, picture);
  }
}

/** What became of the rules, and the way back. */
async function versions(page) {
  await link(page, 'All rules').click();
  await link(page, 'Versions').click();
  await page.getByText('Who may send to whom: 2 added').waitFor();
  await look(page, 'versions');
  await link(page, 'Version 2').click();
  await heading(page, 'Version 2').waitFor();
  await page.getByText('competitors, all others and partners').waitFor();
  await look(page, 'version');
  await button(page, 'Take back to this version').click();
  await look(page, 'version-question');
  await page.getByRole('alertdialog').getByRole('button', { name: 'Take back to this version' }).click();
  await page.getByText('Version 2 counts again, as version 7.').waitFor();
  const wish = { recipients: [{ email: 'anna@rival.example' }] };
  assert.equal((await ask(page, 'POST', '/api/v1/transfers', wish)).status, 201, 'it counts again');
}

/** How the tenant shows itself. */
async function branding(page) {
  await section(page, 'Branding').click();
  await heading(page, 'Branding').waitFor();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('St Anna Hospital');
  await page.getByRole('textbox', { name: 'Colour', exact: true }).fill('green');
  await page.getByText('Write # and six hexadecimal digits').first().waitFor();
  await page.getByRole('textbox', { name: 'Colour', exact: true }).fill('#ffd400');
  await page.getByText('Here it is black').waitFor();
  await page.getByRole('textbox', { name: 'Text below, in English' }).fill('St Anna Hospital\nRecords office');
  const preview = page.getByRole('region', { name: 'What recipients see' });
  await preview.getByText('St Anna Hospital has sent you files').waitFor();
  await preview.getByText('Records office').first().waitFor();
  await look(page, 'branding');
  await preview.getByLabel('Dark').check();
  await look(page, 'branding-dark');
  await page.getByRole('textbox', { name: 'Whom recipients ask' }).fill('http://st-anna.example');
  await button(page, 'Save').click();
  await page.getByText('support is a mail address').first().waitFor();
  await page.getByRole('textbox', { name: 'Whom recipients ask' }).fill('records@st-anna.example');
  await save(page, 8);

  // A logo that would run something is refused by its name; one that would not is taken.
  const logo = (name, mimeType, text) => ({ name, mimeType, buffer: Buffer.from(text) });
  const svg = (inside) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 30">${inside}</svg>`;
  const choose = page.getByLabel('File of the logo');
  await choose.setInputFiles(logo('logo.gif', 'image/gif', 'GIF89a'));
  await page.getByText('This is neither PNG nor SVG.').waitFor();
  await choose.setInputFiles(logo('logo.svg', 'image/svg+xml', svg('<script>1</script>')));
  await page.getByText('script').first().waitFor();
  await look(page, 'logo-refused');
  await choose.setInputFiles(logo('logo.svg', 'image/svg+xml', svg('<rect width="90" height="30" fill="#00674f"/>')));
  await page.getByText('The logo counts from now on').waitFor();
  await page.getByAltText('The logo as it is').waitFor();
  await look(page, 'logo');
  await button(page, 'Remove it').click();
  await page.getByText('The logo was removed.').waitFor();
}

/** What happened, and that nobody has changed it. */
async function audit(page) {
  await section(page, 'Audit log').click();
  await page.getByRole('row').filter({ hasText: 'The logo was changed' }).first().waitFor();
  await button(page, 'Verify now').click();
  await page.getByText(/^Entries 1 to \d+ are unbroken\.$/).waitFor();
  await look(page, 'audit');
  await page.getByText('Compare with checkpoints that were kept elsewhere, or verify offline').click();
  await page.getByLabel('File of checkpoints').setInputFiles({ name: 'x', mimeType: 'text/plain', buffer: Buffer.from('nothing') });
  await button(page, 'Verify now').click();
  await page.getByText('There is no checkpoint in this file.').waitFor();
  await look(page, 'audit-bad');
  await page.getByLabel('Refused by the rule').fill('competitors');
  await button(page, 'Filter').click();
  await page.waitForURL(/rule=competitors/);
  await page.getByRole('row').filter({ hasText: 'recipients.refused' }).waitFor();
  await page.getByText('1 in all.').waitFor();
  await page.getByRole('rowheader').getByRole('link').click();
  await page.getByRole('heading', { name: /^Entry \d+$/ }).waitFor();
  await look(page, 'audit-entry');
}

/** A standing page for outsiders. */
async function portals(page) {
  await section(page, 'Upload portals').click();
  await page.getByText('There are none').waitFor();
  await look(page, 'portals-none');
  await button(page, 'Add a portal').click();
  await button(page, 'Add a portal').click();
  await page.getByText('Write a title.').waitFor();
  await page.locator(':focus[aria-invalid="true"]').waitFor();
  await page.getByRole('textbox', { name: 'Title' }).fill('Radiology: send us your images');
  await page.getByRole('textbox', { name: 'Name in the address' }).fill('radiology');
  await button(page, 'Add somebody').click();
  await page.locator(':focus[aria-label="Address of choice 1"]').waitFor();
  await page.keyboard.type(order.email);
  await page.getByLabel('Label of choice 1').fill('Front desk');
  await page.getByLabel('Take only certain kinds of files').check();
  await page.getByLabel('PDF').check();
  await look(page, 'portal-new');
  await button(page, 'Add a portal').click();
  await heading(page, 'Radiology: send us your images').waitFor();
  await page.getByText('Takes files').waitFor();
  await look(page, 'portal');
  await button(page, 'Turn off').click();
  await page.getByText('It is off: it takes nothing').waitFor();
  await link(page, 'Upload portals').last().click();
  await page.getByText('/u/demo/radiology').waitFor();
  await look(page, 'portals');
}

/** The sections that are looked at, and used, more rarely. */
async function others(page) {
  await section(page, 'Reports').click();
  await heading(page, 'Reports').waitFor();
  await page.getByText('What rules have refused').waitFor();
  await look(page, 'reports');
  await link(page, 'Last 90 days').click();
  await page.waitForURL(/from=\d{4}-\d\d-\d\d&to=/);

  await section(page, 'Incidents').click();
  await page.getByText('A disk was lost', { exact: true }).waitFor();
  await look(page, 'incidents');
  await button(page, 'We have read this').click();
  await page.getByText('It is noted that you have read this.').waitFor();
  await look(page, 'incidents-read');

  await section(page, 'Identity providers').click();
  await heading(page, 'Identity providers').waitFor();
  await page.getByText('There are none').waitFor();
  await look(page, 'providers-none');
  await button(page, 'Add a provider').click();
  await heading(page, 'Add a provider').waitFor();
  await button(page, 'Add a provider').click();
  await page.getByText('Write what people see.').waitFor();
  await page.locator(':focus[aria-invalid="true"]').waitFor();
  await look(page, 'provider-fault');

  await section(page, 'Forwarding').click();
  await button(page, 'Add a place').click();
  await page.getByLabel('Webhook').check();
  await button(page, 'Add a place').click();
  await page.getByText('Write an address that begins with https://.').waitFor();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('SIEM');
  await page.getByRole('textbox', { name: 'Address' }).fill('https://siem.invalid/sealpost');
  await look(page, 'forwarding-new');
  await button(page, 'Add a place').click();
  await page.getByText('This is shown once').waitFor();
  await look(page, 'forwarding-secret');
  await link(page, 'Go on to the place').click();
  await button(page, 'Test').click();
  await page.getByText('The test has not arrived.').waitFor();
  await look(page, 'forwarding');
  await button(page, 'Remove').click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
  await page.getByText('Entries are sent on to nowhere.').waitFor();

  await section(page, 'Support access').click();
  await button(page, 'Let support look in').click();
  await page.getByText('Write what for.').waitFor();
  await page.getByRole('textbox', { name: 'What for' }).fill('Case 4711');
  await button(page, 'Let support look in').click();
  await page.getByText(/^Support may look in until/).waitFor();
  await look(page, 'support');
  await button(page, 'Withdraw “Case 4711”').click();
  await page.getByText('It was withdrawn').waitFor();

  await section(page, 'Export').click();
  await heading(page, 'Export').waitFor();
  await look(page, 'export');
}

/** The recovery key: none, one, none again; and nobody has asked for its use. */
async function recovery(page) {
  await section(page, 'Recovery').click();
  await heading(page, 'Recovery').waitFor();
  await page.getByText('Your organisation has no recovery key').waitFor();
  await page.getByText('Nobody has asked for the use of the key.').waitFor();
  const key = page.getByRole('textbox', { name: /^Public key/ });
  await key.fill('A'.repeat(42));
  await button(page, 'Set the key').click();
  await page.getByText('That is not a public key').waitFor();
  await button(page, 'Ask for recovery').click();
  await page.getByText('That is not the id of a transfer.').waitFor();
  await page.getByText('Write what for.').waitFor();
  await look(page, 'recovery-faults');
  await key.fill(`CQ${'A'.repeat(41)}`);
  await button(page, 'Set the key').click();
  await page.getByText('It is changed. All owners are told.').waitFor();
  const { body } = await ask(page, 'GET', '/api/v1/addin/bootstrap');
  await page.getByText(body.policy.recovery.fingerprint).waitFor();
  await look(page, 'recovery');
  await button(page, 'Remove the key').click();
  await button(page.getByRole('alertdialog'), 'Remove the key').click();
  await page.getByText('Your organisation has no recovery key').waitFor();
}

/** Which kinds of files senders seal, and which they must not. */
async function kinds(page) {
  await page.goto(`${order.base_url}/admin/policy/types`);
  const required = page.getByRole('group', { name: /^Kinds that senders must seal/ });
  await required.getByRole('checkbox', { name: 'PDF', exact: true }).check();
  await look(page, 'types-sealing');
  await button(page, 'Save').click();
  await page.getByText(/^Version \d+ counts from now on\./).waitFor();
  const { body } = await ask(page, 'GET', '/api/v1/admin/policy');
  assert.deepEqual(body.policy.types.zero_knowledge, { require: ['pdf'], forbid: [] });
}

await journey(async (browser) => {
  await visitor(browser, { locale: 'en-GB' }, async (page, _, tolerate) => {
    tolerate(/\/api\/v1\/addin\/bootstrap$/);
    tolerate(/\/api\/v1\/admin\/policy$/);
    tolerate(/\/api\/v1\/admin\/branding\/logo$/);
    tolerate(/\/api\/v1\/transfers$/);
    await arrive(page, '/admin/policy');
    await retention(page);
    await addresses(page);
    await content(page);
    await subjects(page);
    await versions(page);
    await branding(page);
    await audit(page);
    await others(page);
    await portals(page);
    await recovery(page);
    await kinds(page);
  });
  await visitor(browser, { locale: 'en-GB' }, async (page, _, tolerate) => {
    tolerate(/\/api\/v1\/addin\/bootstrap$/);
    await arrive(page, '/admin/policy/addresses', order.auditor);
    await page.getByText('You can read these rules.').waitFor();
    assert.equal(await page.getByRole('button', { name: /Add a rule|Save|Remove/ }).count(), 0);
    await look(page, 'auditor-addresses');
    await link(page, 'All rules').click();
    await link(page, 'How long things are kept').click();
    await page.getByText('21 days').waitFor();
    assert.equal(await page.getByRole('textbox', { name: /life of/i }).count(), 0, 'nothing to change');
    await section(page, 'Audit log').click();
    await button(page, 'Verify now').click();
    await page.getByText(/are unbroken\.$/).waitFor();
    assert.equal(await section(page, 'Forwarding').count(), 0);
  });
});
