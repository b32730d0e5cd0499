// A standing page of an organisation: its colour and its words, to whom it goes, what is taken by name, a receipt, once more; and
// what is said when it is switched off while files come in.
import assert from 'node:assert/strict';

import { journey, order, visitor } from './support.mjs';
import { button, call, choose, look } from './upload_steps.mjs';

await journey(async (browser) => {
  const { session } = await call('POST', '/api/v1/signin', {
    tenant: 'demo', email: order.email, password: order.password,
  });
  const admin = (method, path, body) => call(method, `/api/v1/admin${path}`, body, session);
  await admin('PATCH', '/policy', { branding: { name: 'Klinikum Beispielstadt', accent: '#7a1f5c' } });
  const portal = await admin('POST', '/portals', {
    name: 'radiology', owner: order.email, title: 'Radiology: scans from other hospitals',
    text: 'Please choose who expects your files.\n\nQuestions: +49 30 1234',
    recipients: [{ email: 'sender@demo.example', label: 'Ward 3 <b>North</b>' }],
    domains: ['demo.example'], several: true, kinds: ['text', 'image'], max_files: 4,
  });
  const address = `${order.base_url}/u/demo/radiology`;

  await visitor(browser, { locale: 'en-GB' }, async (page, context, tolerate) => {
    await page.goto(address);
    await page.getByRole('heading', { name: /^Radiology/ }).waitFor();
    await page.getByText(/^Pictures and Texts|^Texts and Pictures/).waitFor();
    assert.deepEqual(await context.cookies(), [], 'nobody is asked to sign in');
    await button(page, 'Continue').click();
    await page.getByText('Say to whom it goes.').waitFor();
    await look(page, 'portal-missing');
    await page.getByLabel('Your name').fill('Bert Beispiel');
    await page.getByLabel('Your e-mail address').fill('bert@example.org');
    await page.getByLabel('Ward 3 <b>North</b>').check();
    await page.getByLabel('Or an e-mail address').fill('anna@elsewhere.example');
    await page.getByText('Nothing can be sent to this address here: anna@elsewhere.example').waitFor();
    for (const language of ['de', 'nl']) {
      await page.getByRole('banner').getByRole('combobox').selectOption(language);
      await page.waitForFunction((wanted) => document.documentElement.lang === wanted, language);
      await look(page, `portal-${language}`);
    }
    await page.getByRole('banner').getByRole('combobox').selectOption('en');
    // Whether somebody is there is said of nobody.
    await page.getByLabel('Or an e-mail address').fill('nobody@demo.example');
    await page.getByLabel('Subject').fill('CT of Tuesday');
    await page.getByLabel('Message').fill('Dear colleagues,\n\nhere it is.');
    await button(page, 'Continue').click();
    await page.getByRole('heading', { name: 'Choose your files' }).waitFor();

    const text = { name: 'letter.txt', mimeType: 'text/plain', buffer: Buffer.from('Dear all') };
    await choose(page, [text, { ...text, name: 'setup.exe' }]);
    await page.getByText('files with such a name are not taken.').waitFor();
    await look(page, 'portal-type');
    await button(page, 'Understood').click();
    await button(page, 'Send').click();
    await page.getByRole('heading', { name: 'Your files have arrived' }).waitFor();
    await page.getByText('CT of Tuesday').waitFor();
    await page.getByText('Ward 3 <b>North</b>').waitFor();
    await look(page, 'portal-receipt');
    await page.reload();
    await page.getByRole('heading', { name: 'Your files have arrived' }).waitFor();

    // The page stands: the next ones come in by it, until it is switched off.
    await button(page, 'Send more files').click();
    await page.getByLabel('Your name').fill('Bert Beispiel');
    await page.getByLabel('Your e-mail address').fill('bert@example.org');
    await page.getByLabel('Ward 3 <b>North</b>').check();
    await button(page, 'Continue').click();
    await page.getByRole('heading', { name: 'Choose your files' }).waitFor();
    tolerate(/\/api\/v1\//);
    await admin('PATCH', `/portals/${portal.id}`, { enabled: false });
    await choose(page, [text]);
    await page.getByRole('heading', { name: 'This page takes nothing any more' }).waitFor();
    await look(page, 'portal-closed');
    await page.reload();
    await page.getByRole('heading', { name: 'Nothing can be sent in here' }).waitFor();
    await look(page, 'portal-over');
  });
});
