// All of it in WebKit: a key is made, files are asked for, sealed by an outsider, and opened by who asked.
import { statSync } from 'node:fs';
import { basename } from 'node:path';

import { mailedLink } from './key_steps.mjs';
import { button, containing, ENTER, fetched, field, FILES, inWebKit, order } from './webkit.mjs';

const PASSPHRASE = 'lampe gurke turm wolke pfeffer';

await inWebKit(async (page) => {
  await page.goto(`${order.base_url}/account/keys`);
  await page.type(field('Organisation'), 'demo');
  await page.type(field('E-mail'), order.email);
  await page.type(field('Password'), `${order.password}${ENTER}`);
  await page.type(field('New passphrase'), PASSPHRASE);
  await page.type(field('Once more'), `${PASSPHRASE}${ENTER}`);
  await page.wait(containing('Your key pair is made.'));

  // As the page does, with its session.
  const url = await page.run(`
    return fetch('/api/v1/requests', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ title: 'Scans', mode: 'zero_knowledge' }),
    }).then((asked) => asked.json()).then((asked) => asked.url);
  `);
  await page.goto(url);
  await page.wait(containing('Your browser seals what you send'));
  await page.type(field('Your name'), 'Anna Beispiel');
  await page.type(field('Your e-mail address'), 'anna@example.org');
  await page.click(button('Continue'));
  await page.choose(FILES, ...order.files);
  await page.wait(containing('Everything has arrived.'));
  await page.click(button('Send'));
  await page.wait(containing('Your files have arrived'));

  const { link } = await mailedLink();
  await page.goto(link);
  await page.click(button('Go on'));
  await page.type(field('Passphrase of your key'), 'not this one at all');
  await page.click(button('Open'));
  await page.wait(containing('This passphrase does not open your key.'));
  await page.reload();
  await page.click(button('Go on'));
  await page.type(field('Passphrase of your key'), PASSPHRASE);
  await page.click(button('Open'));
  for (const [at, path] of order.files.entries()) {
    const name = basename(path);
    await page.click(button(`Download ${name}`));
    await page.wait(`(//*[@role="status" and starts-with(normalize-space(), "Downloaded, whole")])[${at + 1}]`);
    await fetched(name, statSync(path).size);
  }
});
