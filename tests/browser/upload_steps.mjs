// What the journeys of those who send in have in common.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { lookAt } from './look.mjs';
import { order } from './support.mjs';

const token = (link) => link.split('/').at(-1);

/** The API as the requester, whose token is in the order; or as whoever has `bearer`. */
export async function call(method, path, body, bearer = order.token) {
  const answer = await fetch(`${order.base_url}${path}`, {
    method,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : undefined;
}

/** Asks for files; gives the request with its link. */
export const ask = (wish) => call('POST', '/api/v1/requests', wish);
export const close = (request) => call('POST', `/api/v1/requests/${request.id}/close`, {});

/** What has come in by a request, each with its files. */
export async function cameIn(request) {
  const { submissions } = await call('GET', `/api/v1/requests/${request.id}`);
  return Promise.all(submissions.map(({ id }) => call('GET', `/api/v1/transfers/${id}`)));
}

/** Whether the link takes anything still. */
export async function takes(request) {
  const answer = await fetch(`${order.base_url}/api/v1/requests/open`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token: token(request.url) }),
  });
  return answer.ok;
}

/** The page of somebody who sends in. */
export const look = (page, name, back) => lookAt(page, `upload-${name}`, { back });

export const button = (page, name) => page.getByRole('button', { name, exact: true });

/** Opens a link and says who sends in, where no code is asked for. */
export async function begin(page, request, who = { name: 'Anna Beispiel', email: 'anna@example.org' }) {
  await page.goto(request.url);
  await page.getByLabel('Your name').fill(who.name);
  await page.getByLabel('Your e-mail address').fill(who.email);
  await button(page, 'Continue').click();
  await page.getByRole('heading', { name: 'Choose your files' }).waitFor();
}

/** The field behind the button for files, as a dialogue of the system would fill it. */
export const choose = (page, files) => page.locator('fieldset input[type=file]').first().setInputFiles(files);
/** The one behind the button of a file that is to be chosen again. */
export const chooseAgain = (page, name, file) =>
  page.getByRole('listitem').filter({ hasText: name }).locator('input[type=file]').setInputFiles(file);

/** How fast bytes go up, in bytes a second; -1 for as fast as they can, 0 for no network. */
export async function line(context, page) {
  const devtools = await context.newCDPSession(page);
  await devtools.send('Network.enable');
  return (bytes) =>
    devtools.send('Network.emulateNetworkConditions', {
      offline: bytes === 0, latency: 0, downloadThroughput: -1, uploadThroughput: bytes,
    });
}

/** The mails that have been sent so far. */
export const mails = () => new Set(readdirSync(order.mail));

/** The newest code in the mails to an address, once one has come that is not among those known. */
export async function mailedCode(address, known) {
  for (let looks = 0; looks < 600; looks += 1) {
    for (const name of readdirSync(order.mail)) {
      if (name.startsWith('.') || known.has(name)) continue;
      const mail = readFileSync(join(order.mail, name), 'utf8');
      known.add(name);
      const code = mail.includes(address) && mail.match(/^\s*(\d{6})\s*$/m)?.[1];
      if (code) return code;
    }
    await sleep(50);
  }
  return assert.fail('no code has come');
}
