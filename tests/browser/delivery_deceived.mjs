// A service that deceives a recipient: it leaves a file out, takes a word or the list of what belongs together back, says that nobody has sealed
// anything, or makes the password cheap to guess. Nothing of it is shown, nothing can be saved, and nothing is asked for.
import assert from 'node:assert/strict';

import { faulty } from './faulty.mjs';
import { lookAt } from './look.mjs';
import { journey, order, visitor } from './support.mjs';

const button = (page, name) => page.getByRole('button', { name, exact: true });

/** Opens a link of a service that changes so what it says. */
async function deceived(browser, { alter, link = order.link, locale = 'en-GB' }, visit) {
  const line = await faulty(order.base_url, undefined, alter);
  try {
    await visitor(browser, { locale, hosts: [line.origin] }, async (page) => {
      await page.goto(link.replace(order.base_url, line.origin));
      await visit(page, line.heard);
    });
    for (const part of [order.second_part, order.locked.second_part, order.password])
      assert.ok(!line.heard.some((said) => said.includes(part)), 'nobody hears of second part and password');
  } finally {
    line.end();
  }
}

/** That there is nothing of the transfer on the page, and no way to it. */
async function assertNothing(page) {
  for (const text of ['Plans of the bridge', 'Please do not pass them on.', 'letter.txt', 'picture.png'])
    assert.equal(await page.getByText(text).count(), 0, text);
  assert.equal(await page.getByRole('main').getByRole('button').count(), 0);
}

await journey(async (browser) => {
  const changes = [
    ['left-out', ({ files }) => files.splice(1, 1), '2 of 3 files are here.'],
    ['all', ({ files }) => files.splice(0), '0 of 3 files are here.'],
    ['twice', ({ files }) => files.splice(1, 1, files[0]), /is missing or is another one/],
    ['swapped', ({ files }) => ([files[0].sealing, files[1].sealing] = [files[1].sealing, files[0].sealing]), /is missing or is another one/],
    ['nulled', (delivery) => delete delivery.sealing.message, /is missing or is another one/],
    ['unbound', (delivery) => delete delivery.sealing.contents, /list of what belongs to it is missing/],
  ];
  for (const [name, change, told] of changes) {
    const alter = (said, about) => about === 'prove' && change(said.delivery);
    await deceived(browser, { alter }, async (page) => {
      await button(page, 'Open').click();
      await page.getByRole('heading', { name: 'This is not what the sender sealed' }).waitFor();
      await page.getByText(told).waitFor();
      await page.getByText('Ask the sender to send everything again').waitFor();
      await assertNothing(page);
      if (name === 'left-out') await lookAt(page, 'sealed-changed');
    });
  }
  const leftOut = (said, about) => about === 'prove' && said.delivery.files.splice(0, 1);
  for (const [locale, open, title, told] of [
    ['de-DE', 'Öffnen', 'Das ist nicht, was der Absender versiegelt hat', '2 von 3 Dateien sind hier.'],
    ['nl-NL', 'Openen', 'Dit is niet wat de afzender heeft verzegeld', '2 van de 3 bestanden zijn hier.'],
  ]) {
    await deceived(browser, { alter: leftOut, locale }, async (page) => {
      await button(page, open).click();
      await page.getByRole('heading', { name: title }).waitFor();
      await page.getByText(told).waitFor();
      await lookAt(page, `sealed-changed-${locale}`);
    });
  }

  // Nobody has sealed it, it says, or somebody to a key, and asks for whatever it likes.
  const unsealed = ['code', 'password', 'account', undefined].map((needed) => ['standard', needed, false]);
  const toKey = ['code', 'account', undefined].map((needed) => ['zero_knowledge', needed, true]);
  for (const [mode, needed, sealed_to_key] of [...unsealed, ...toKey]) {
    const words = { mode, needed, sealed_to_key, protection: 'email_code_and_password' };
    const other = (said, about) => about === 'open' && Object.assign(said, words);
    await deceived(browser, { alter: other }, async (page, heard) => {
      await page.getByRole('heading', { name: 'This is not what the link is for' }).waitFor();
      await assertNothing(page);
      assert.equal(await page.getByRole('main').getByRole('textbox').count(), 0, 'neither code nor password is asked for');
      assert.ok(!heard.some((said) => /links\/(code|verify|prove)/.test(said)), 'nothing more is asked');
      if (mode === 'standard' && needed === 'code') await lookAt(page, 'sealed-unsealed');
    });
  }

  // A password whose key would be cheap to make: none is made, and nothing that came of it goes out.
  const parameters = (memory, passes) => {
    const bytes = Buffer.alloc(29);
    bytes[0] = 1;
    bytes.writeUInt32BE(memory, 17);
    bytes.writeUInt32BE(passes, 21);
    bytes.writeUInt32BE(1, 25);
    return bytes.toString('base64url');
  };
  for (const said of [parameters(19 * 1024, 3), parameters(64 * 1024, 2)]) {
    const cheap = (answer, about) => about === 'verify' && Object.assign(answer.sealing, { password_parameters: said });
    await deceived(browser, { alter: cheap, link: order.locked.link }, async (page, heard) => {
      await page.getByLabel('Password').fill(order.password);
      await button(page, 'Open').click();
      await page.getByText('The password was not used').waitFor();
      assert.ok(!heard.some((one) => /links\/prove/.test(one)), 'no proof is made');
      await lookAt(page, 'sealed-cheap');
    });
  }

  // What is stated of files is shown as a statement.
  await visitor(browser, { locale: 'en-GB' }, async (page) => {
    await page.goto(order.link);
    await button(page, 'Open').click();
    await page.getByText("Stated by the sender's program, not checked: Pictures").waitFor();
    await lookAt(page, 'sealed-stated');
  });
  await visitor(browser, { locale: 'de-DE' }, async (page) => {
    await page.goto(order.link);
    await button(page, 'Öffnen').click();
    await page.getByText('Angabe vom Programm des Absenders, nicht geprüft:').waitFor();
    await lookAt(page, 'sealed-stated-de');
  });
});
