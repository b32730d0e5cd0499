// What the journeys of a sender who seals have in common.
import { writeFileSync } from 'node:fs';

import { order } from './support.mjs';

export const button = (page, name) => page.getByRole('button', { name, exact: true });
export const HERE = 'Seal it here, so that the service cannot read it';

/** Chooses that it is sealed in the browser. */
export const sealHere = (page) => page.getByRole('radio', { name: HERE }).check();

export const choose = (page, files) => page.locator('input[type=file]').first().setInputFiles(files);

export const sent = (page) => page.getByRole('heading', { name: 'Sent', exact: true }).waitFor();

/** The links of the page for what was sent, whole, by the address that stands before each. */
export async function links(page) {
  const rows = page.getByRole('listitem').filter({ has: page.locator('code') });
  const found = {};
  for (const row of await rows.all()) {
    found[await row.locator('bdi').first().textContent()] = await row.locator('code').textContent();
  }
  return found;
}

/** Tells the test what to open. */
export function tell(outcome) {
  writeFileSync(order.outcome, JSON.stringify(outcome));
}

/** How fast bytes go out, in each second; any if -1. */
export async function line(page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.enable');
  return (bytes) =>
    devtools.send('Network.emulateNetworkConditions', {
      offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: bytes,
    });
}

/**
 * Makes a line that can be cut where it is to be: a browser tells of large bodies late, and does late what it is told meanwhile. `strike` says of
 * the bodies that follow which one is `cut` in its middle, or loses its answer (`lose`): the service hears it, and the page nothing of that. Then
 * nothing of an upload gets through until `mend`, or another page.
 */
export async function brittle(page) {
  await page.addInitScript(() => {
    let [bodies, plan, isDown] = [0, {}, false];
    window.strike = (wanted) => {
      [bodies, plan, isDown] = [0, wanted, false];
    };
    window.mend = () => {
      isDown = false;
    };
    window.isDown = () => isDown;
    const { fetch } = window;
    window.fetch = (asked, more) => {
      const isUpload = (asked instanceof Request ? asked.url : String(asked)).includes('/api/v1/uploads/');
      return isDown && isUpload ? Promise.reject(new TypeError('the line is cut')) : fetch(asked, more);
    };
    const { send } = XMLHttpRequest.prototype;
    const real = Object.getOwnPropertyDescriptor(XMLHttpRequest.prototype, 'status').get;
    XMLHttpRequest.prototype.send = function (body) {
      bodies += 1;
      if (bodies === plan.lose) {
        const lost = () => {
          isDown ||= real.call(this) === 204;
          return 0;
        };
        Object.defineProperty(this, 'status', { get: lost });
      }
      if (bodies === plan.cut)
        this.upload.addEventListener('progress', ({ loaded, total }) => {
          if (isDown || loaded < total / 4) return;
          isDown = true;
          this.abort();
        });
      return send.call(this, body);
    };
  });
}

export const strike = (page, plan) => page.evaluate((wanted) => window.strike(wanted), plan);
export const mend = (page) => page.evaluate(() => window.mend());
export async function broken(page) {
  await page.waitForFunction(() => window.isDown());
  await page.getByText('broken off, trying again').waitFor();
}

/**
 * From now on the page keeps all that it gives to the network: addresses, headers and bodies, byte for byte. `said` looks for texts in it, as
 * they are and in base64, and gives those that were said.
 */
export async function overhear(page) {
  await page.addInitScript(() => {
    const heard = [];
    const latin = new TextDecoder('latin1');
    const keep = async (what) => {
      if (what === null || what === undefined) return;
      if (typeof what === 'string') heard.push(latin.decode(new TextEncoder().encode(what)));
      else heard.push(latin.decode(what instanceof Blob ? await what.arrayBuffer() : what));
    };
    const { fetch } = window;
    window.fetch = async (asked, more) => {
      const request = asked instanceof Request ? asked.clone() : new Request(asked, more);
      await keep(`${request.method} ${request.url} ${JSON.stringify([...request.headers])}`);
      await keep(await request.arrayBuffer());
      return fetch(asked, more);
    };
    const { open, send, setRequestHeader } = XMLHttpRequest.prototype;
    XMLHttpRequest.prototype.open = function (method, url, ...more) {
      void keep(`${method} ${url}`);
      return open.call(this, method, url, ...more);
    };
    XMLHttpRequest.prototype.setRequestHeader = function (name, value) {
      void keep(`${name}: ${value}`);
      return setRequestHeader.call(this, name, value);
    };
    XMLHttpRequest.prototype.send = function (body) {
      void keep(body);
      return send.call(this, body);
    };
    window.heard = {
      bytes: () => heard.reduce((sum, { length }) => sum + length, 0),
      said: (texts) => texts.filter((text) => heard.some((one) => one.includes(text))),
    };
  });
}

/** Those of `texts` that the page has given to the network, in UTF-8, in base64 or base64url, or as JSON writes them. */
export async function said(page, texts) {
  const forms = texts.flatMap((text) => {
    const bytes = Buffer.from(text);
    // In base64 a text looks different at each of three places: what does not depend on its neighbours is looked for.
    const shifted = [0, 1, 2].flatMap((shift) => {
      const padded = Buffer.concat([Buffer.alloc(shift, 0x20), bytes]);
      const whole = padded.toString('base64').replaceAll('=', '').slice(shift === 0 ? 0 : 4, -4);
      return [whole, whole.replaceAll('+', '-').replaceAll('/', '_')];
    });
    return [bytes.toString('latin1'), JSON.stringify(text).slice(1, -1), encodeURIComponent(text), ...shifted];
  });
  return page.evaluate((wanted) => window.heard.said(wanted), [...new Set(forms.filter((form) => form.length >= 6))]);
}

/** Has the tenant say something else. */
export const says = (page, policy) =>
  page.evaluate(async (said) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch('/api/v1/admin/policy', { method: 'PUT', headers, body: JSON.stringify(said) });
    if (!answer.ok) throw new Error(await answer.text());
  }, policy);

/**
 * From now on the page keeps the salt of everything sealed that it gives to the network, and to which upload parts went: `window.gone` gives
 * both.
 */
export async function keepSalts(page) {
  await page.addInitScript(() => {
    const [salts, patched, messages] = [[], [], new Set()];
    const base64 = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_');
    const { open, send } = XMLHttpRequest.prototype;
    XMLHttpRequest.prototype.open = function (method, url, ...more) {
      if (method === 'PATCH') patched.push(String(url).split('/').at(-1));
      return open.call(this, method, url, ...more);
    };
    XMLHttpRequest.prototype.send = function (body) {
      if (body) void new Blob([body]).slice(0, 24).arrayBuffer().then((salt) => salts.push(base64(new Uint8Array(salt))));
      return send.call(this, body);
    };
    const { fetch } = window;
    window.fetch = async (asked, more) => {
      const request = asked instanceof Request ? asked.clone() : new Request(asked, more);
      if (request.method === 'PUT' && request.url.endsWith('/sealing')) {
        const said = await request.json();
        // What goes again as it was, is sealed once; the salt stands before all else.
        for (const name of ['content_key', 'contents', 'subject', 'file_key', 'manifest']) {
          if (!said[name] || messages.has(said[name])) continue;
          messages.add(said[name]);
          salts.push(said[name].slice(0, 32));
        }
      }
      return fetch(asked, more);
    };
    window.gone = () => ({ salts, patched });
  });
}
