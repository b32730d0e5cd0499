// What goes wrong while files come in is told, with what to do, and nothing is mixed up or lost: no network in the middle of
// a big file, a tab that was closed, another file in its place, one that changes, faults of the service, the request closed.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { appendFileSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { journey, order, visitor } from './support.mjs';
import { ask, begin, button, call, cameIn, choose, chooseAgain, close, line, look } from './upload_steps.mjs';

const problem = (status, code, headers = {}, more = {}) => ({
  status,
  headers: { 'content-type': 'application/problem+json', ...headers },
  body: JSON.stringify({ type: `urn:sealpost:problem:${code}`, title: code, status, code, ...more }),
});
const place = (name) => join(order.home, name);
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** Bytes that are stored of what is being uploaded. */
async function received(request) {
  const [coming] = await cameIn(request);
  return (coming?.uploads ?? []).reduce((sum, upload) => sum + upload.received, 0);
}

/** Waits until more than that is stored. */
async function stored(request, bytes) {
  for (;;) if ((await received(request)) > bytes) return received(request);
}

/** What a file is that has come in, as its recipient gets it. */
async function content(request, name) {
  const [sent] = await cameIn(request);
  const file = sent.files.find((one) => one.name === name);
  return { size: file.size, crc32: file.crc32 };
}

await journey(async (browser) => {
  // The network goes in the middle of a big file, the tab is closed, and the browser is opened again.
  const request = await ask({ title: 'A big file', max_uses: 1 });
  await visitor(browser, { locale: 'en-GB' }, async (page, context, tolerate) => {
    tolerate(/\/api\/v1\//);
    await begin(page, request);
    const speed = await line(context, page);
    await speed(20_000_000);
    await choose(page, [order.big]);
    await stored(request, 0);
    await speed(0);
    await page.getByText(/broken off, trying again/).waitFor();
    await page.getByText(/The service does not answer/).waitFor({ timeout: 90_000 });
    await look(page, 'offline');
    await speed(3_000_000);
    await page.getByText(/The service does not answer/).waitFor({ state: 'detached' });
    await page.getByText(/left$/).waitFor();
    const before = await stored(request, 20_000_000);

    await page.close({ runBeforeUnload: false });
    const again = await context.newPage();
    await again.goto(request.url);
    await again.getByRole('heading', { name: 'Go on with your files' }).waitFor();
    await again.getByText(/of it have arrived. To go on, choose the same file again/).waitFor();
    await look(again, 'missing');
    assert.ok((await received(request)) >= before, 'what had arrived is kept');

    // Another length is told before anything is read, another content before anything is sent.
    const patched = [];
    again.on('request', (one) => one.method() === 'PATCH' && patched.push(one.headers()['upload-offset']));
    const [longer, other] = [place('longer.bin'), place('other.bin')];
    copyFileSync(order.big, longer);
    appendFileSync(longer, 'x');
    await chooseAgain(again, 'big.bin', longer);
    await again.getByText(/This is not the file that was begun/).waitFor();
    await look(again, 'other-file');
    const changed = readFileSync(order.big);
    randomBytes(64).copy(changed, 1_000_000);
    writeFileSync(other, changed);
    const asked = again.waitForResponse((response) => response.request().method() === 'HEAD');
    await chooseAgain(again, 'big.bin', other);
    await asked;
    await again.getByText(/This is not the file that was begun/).waitFor();
    assert.deepEqual(patched, []);
    await chooseAgain(again, 'big.bin', order.big);
    await button(again, 'Send').click();
    await again.getByRole('heading', { name: 'Your files have arrived' }).waitFor({ timeout: 90_000 });
    assert.ok(Number(patched[0]) >= before, `goes on from ${patched[0]}, and not from the beginning`);
    const arrived = await content(request, 'big.bin');
    assert.equal(arrived.size, readFileSync(order.big).length);
    const shown = arrived.crc32.toString(16).padStart(8, '0').toUpperCase();
    await again.getByText(`CRC-32 ${shown}`).waitFor();
  });

  // A file that changes on the device while it goes is told, and never half the one and half the other.
  const changing = await ask({ title: 'A file that changes' });
  await visitor(browser, { locale: 'en-GB' }, async (page, context, tolerate) => {
    tolerate(/\/api\/v1\//);
    await begin(page, changing);
    const speed = await line(context, page);
    await speed(8_000_000);
    const file = place('report.bin');
    copyFileSync(order.big, file);
    await choose(page, [file]);
    await stored(changing, 0);
    const edited = readFileSync(order.big).subarray(0, 40_000_000);
    writeFileSync(file, edited);
    await page.getByText(/was changed, moved or removed on your device/).waitFor();
    await look(page, 'changed');
    await speed(-1);
    await chooseAgain(page, 'report.bin', file);
    await page.getByText('Everything has arrived.').waitFor({ timeout: 90_000 });
    await button(page, 'Send').click();
    await page.getByRole('heading', { name: 'Your files have arrived' }).waitFor();
    assert.equal((await content(changing, 'report.bin')).size, edited.length);
    assert.notEqual(sha256(edited), sha256(readFileSync(order.big)));
  });

  // Two tabs would be in each other's way.
  const twice = await ask({ title: 'In two tabs' });
  await visitor(browser, { locale: 'en-GB' }, async (page, context) => {
    await begin(page, twice);
    const second = await context.newPage();
    await second.goto(twice.url);
    await second.getByRole('heading', { name: 'Open in another tab' }).waitFor();
    await look(second, 'elsewhere');
    await button(second, 'Go on here').click();
    await second.getByRole('heading', { name: 'Choose your files' }).waitFor();
    await page.getByRole('heading', { name: 'Open in another tab' }).waitFor();
  });

  // What the service refuses, or cannot do now; it cannot be made to fail on command, an answer in between can.
  const failing = await ask({ title: 'Faults', max_files: 3 });
  await visitor(browser, { locale: 'en-GB' }, async (page, _, tolerate) => {
    tolerate(/\/api\/v1\//);
    const once = (pattern, answer) => page.route(pattern, (route) => route.fulfill(answer), { times: 1 });
    await once('**/requests/open', problem(500, 'internal', { 'x-request-id': 'a-1' }));
    await page.goto(failing.url);
    await page.getByText(/went wrong on our side.*a-1/).waitFor();
    await look(page, 'fault');
    await button(page, 'Try again').click();
    await page.getByLabel('Your name').fill('Anna Beispiel');
    await page.getByLabel('Your e-mail address').fill('anna@example.org');
    await once('**/requests/begin', problem(429, 'too_many_requests', { 'retry-after': '7' }));
    await button(page, 'Continue').click();
    await page.getByText(/Wait 7 seconds/).waitFor();
    // It asks twice more by itself.
    await page.route('**/requests/begin', (route) => route.abort(), { times: 3 });
    await button(page, 'Continue').click();
    await page.getByText(/The service does not answer/).waitFor();
    await button(page, 'Continue').click();
    await page.getByRole('heading', { name: 'Choose your files' }).waitFor();

    const refused = async (answer, text, name) => {
      await once('**/files', answer);
      await choose(page, [order.file]);
      await page.getByText(text).waitFor();
      await look(page, name);
    };
    const file = { name: 'setup.exe', rule: 'kinds', what: 'executable', inside: 'run.exe' };
    await refused(problem(403, 'type_refused', {}, { file }), /does not take “setup.exe”, for “run.exe”/, 'type');
    await button(page, 'Remove Befund Röntgen.dcm').click();
    await refused(problem(507, 'storage_full'), /no room left. What has arrived is kept/, 'full');
    await button(page, 'Remove Befund Röntgen.dcm').click();
    await refused(problem(409, 'limit_reached'), /more than this request takes/, 'limit');
    await button(page, 'Try again').click();
    await page.getByText('Everything has arrived.').waitFor();
    await once('**/send', problem(500, 'internal', { 'x-request-id': 'a-2' }));
    await button(page, 'Send').click();
    await page.getByText(/went wrong on our side.*a-2/).waitFor();
    await look(page, 'not-sent');
    await button(page, 'Try again').click();
    await page.getByRole('heading', { name: 'Your files have arrived' }).waitFor();
  });

  // A clock that is an hour wrong: what is left is counted by the service's.
  const timed = await ask({ title: 'By our clock', expires_at: new Date(Date.now() + 2 * 86_400_000).toISOString() });
  await visitor(browser, { locale: 'en-GB' }, async (page) => {
    await page.clock.install({ time: new Date(Date.now() - 40 * 3_600_000) });
    await page.goto(timed.url);
    await page.getByText(/\(2 days left\)|\(48 hours left\)/).waitFor();
    await page.getByText(/The clock of your device is wrong by about 40 hours/).waitFor();
    await look(page, 'clock');
  });

  // Closed while files come in: nobody gets them, and the browser keeps nothing of it.
  const closing = await ask({ title: 'Closed meanwhile' });
  await visitor(browser, { locale: 'en-GB' }, async (page, context, tolerate) => {
    tolerate(/\/api\/v1\//);
    await begin(page, closing);
    const speed = await line(context, page);
    await speed(8_000_000);
    await choose(page, [order.big]);
    await stored(closing, 0);
    await close(closing);
    await page.getByRole('heading', { name: 'This request was closed' }).waitFor();
    await look(page, 'closed');
    await page.reload();
    await page.getByRole('heading', { name: 'This link takes no files' }).waitFor();
    assert.equal((await call('GET', `/api/v1/requests/${closing.id}`)).request.open, false);
  });
});
