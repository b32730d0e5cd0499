// What an outsider seals goes on after a cut in the middle of a part, an answer that was lost, and a page that was loaded anew; another file is not
// taken for the one that was begun; and all of it opens.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { arriveAtKeys, button, call, mailedLink, makePair, PASSPHRASE, saveAll } from './key_steps.mjs';
import { lookAt } from './look.mjs';
import { brittle, broken, line, mend, strike } from './sealed_steps.mjs';
import { journey, order, visitor } from './support.mjs';
import { begin, choose, chooseAgain } from './upload_steps.mjs';

/** Bytes in a second: slow enough to be cut in the middle of a part. */
const SLOW = 1_000_000;
/** Where the three parts of 20 MB begin, sealed. */
const PARTS = ['0', '8396872', '16793744'];
const second = join(order.home, 'again.bin');
const names = [...order.files, second].map((path) => basename(path));

const arrived = (page) => page.getByText('Everything has arrived.').waitFor();

/** Uploads two big files over a line that breaks, and hands all over. */
async function sendIn(page, url) {
  page.on('dialog', (dialog) => dialog.accept());
  await brittle(page);
  const throttle = await line(page);
  const stored = [];
  page.on('response', (answer) => {
    if (answer.request().method() === 'PATCH' && answer.status() === 204) stored.push(answer.request().headers()['upload-offset']);
  });
  // A browser tells of large bodies late.
  const assertStored = async (parts, why) => {
    for (let waited = 0; stored.length < parts.length && waited < 30_000; waited += 50) await setTimeout(50);
    assert.deepEqual(stored, parts, why);
  };
  const breakOff = async (file, plan) => {
    await strike(page, plan);
    await throttle(SLOW);
    await choose(page, [file]);
    await broken(page);
    await throttle(-1);
  };
  await begin(page, { url });

  // Cut in the middle of the second part; then the last answer is lost after the service has stored that part.
  await breakOff(order.files[0], { cut: 2, lose: 4 });
  await lookAt(page, 'to-key-broken');
  await mend(page);
  await broken(page);
  await mend(page);
  await arrived(page);
  await assertStored(PARTS, 'each part is stored once');

  // Loaded anew while the last part goes.
  stored.length = 0;
  writeFileSync(second, randomBytes(20_000_000));
  await breakOff(second, { cut: 3 });
  await page.reload();
  await page.getByRole('heading', { name: 'Go on with your files' }).waitFor();
  await page.getByText(/^16\.8.MB of it have arrived\. To go on, choose the same file again/).waitFor();
  await lookAt(page, 'to-key-missing');
  const elsewhere = join(order.home, 'elsewhere');
  mkdirSync(elsewhere);
  const other = readFileSync(second);
  other[1_000_000] ^= 1;
  writeFileSync(join(elsewhere, 'again.bin'), other);
  await chooseAgain(page, 'again.bin', join(elsewhere, 'again.bin'));
  await page.getByText(/This is not the file that was begun/).waitFor();
  await assertStored(PARTS.slice(0, 2), 'of the other one nothing is sent');
  await chooseAgain(page, 'again.bin', second);
  await arrived(page);
  await assertStored(PARTS, 'only what was missing is sent');

  await choose(page, order.files.slice(1));
  await arrived(page);
  // It is handed over, and nothing is heard of that.
  const lose = async (route) => {
    assert.equal((await route.fetch()).status(), 200);
    await route.abort();
  };
  await page.route('**/send', lose, { times: 1 });
  await button(page, 'Send').click();
  await page.getByText(/The service does not answer/).waitFor();
  await button(page, 'Try again').click();
  await page.getByRole('heading', { name: 'Your files have arrived' }).waitFor();
}

await journey((browser) =>
  visitor(browser, { locale: 'en-GB' }, async (page, _, tolerate) => {
    tolerate(/\/api\/v1\/addin\/bootstrap$/);
    await arriveAtKeys(page);
    await makePair(page);
    const { url } = await call(page, 'POST', '/api/v1/requests', { title: 'Scans', mode: 'zero_knowledge' });
    await visitor(browser, { locale: 'en-GB' }, async (outside, __, tolerated) => {
      // What is cut or loaded anew does not arrive.
      tolerated(/\/api\/v1\//);
      await sendIn(outside, url);
    });
    const { link } = await mailedLink();
    await page.goto(link);
    await button(page, 'Go on').click();
    await page.getByLabel('Passphrase of your key').fill(PASSPHRASE);
    await button(page, 'Open').click();
    await page.getByText(names[0]).first().waitFor();
    await saveAll(page, names);
    assert.ok(readFileSync(second).equals(readFileSync(join(order.folder, 'again.bin'))), 'again.bin is what was sent');
  }),
);
