// Whoever manages to run something in a page tries to bring more of it, or to carry something away: Chromium and Firefox refuse it.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';

import { inFirefox } from './firefox.mjs';
import { journey, order } from './support.mjs';

/** In the page: tries one thing after the other, and says of each whether it was refused; and what ran all the same. */
async function tries(elsewhere) {
  const ran = [];
  const refused = {};
  const base = document.baseURI;
  let violations = 0;
  window.ran = (what) => ran.push(what);
  document.addEventListener('securitypolicyviolation', () => {
    violations += 1;
  });
  const put = (name, properties, into = document.body) => {
    const element = document.createElement(name);
    Object.assign(element, properties);
    into.append(element);
    return element;
  };
  const worker = (address) =>
    new Promise((done, fail) => {
      const started = new Worker(address);
      started.onmessage = () => done(window.ran(`a worker of ${address.slice(0, 5)}`));
      started.onerror = () => fail(new Error('refused'));
    });
  const MODULE = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);
  const attempts = {
    'a script in the page': () => put('script', { textContent: 'window.ran("a script in the page")' }),
    eval: () => (0, eval)('window.ran("eval")'),
    'a function of text': () => new Function('window.ran("a function of text")')(),
    'a timer with text': () => setTimeout('window.ran("a timer with text")'),
    'a script from elsewhere': () => put('script', { src: `${elsewhere}/script.js` }),
    'a module from elsewhere': () => import(`${elsewhere}/module.js`),
    'a module of text': () => import('data:text/javascript,window.ran("a module of text")'),
    'a worker of a blob': () => worker(URL.createObjectURL(new Blob(['postMessage(1)']))),
    'a worker of text': () => worker('data:text/javascript,postMessage(1)'),
    'markup with a handler': () => {
      put('div').innerHTML = '<img src="/nothing" onerror="window.ran(\'markup with a handler\')">';
    },
    'more markup': () =>
      put('div').insertAdjacentHTML('beforeend', '<img src="/nothing" onerror="window.ran(\'more markup\')">'),
    'an attribute with a handler': () => {
      const button = put('button');
      button.setAttribute('onclick', 'window.ran("an attribute with a handler")');
      button.click();
    },
    'an address with a script': () => put('a', { href: 'javascript:window.ran("an address with a script")' }).click(),
    'a frame with markup': () => put('iframe', { srcdoc: '<script>parent.ran("a frame with markup")</script>' }),
    'a frame of elsewhere': () => put('iframe', { src: `${elsewhere}/frame` }),
    'an object of elsewhere': () => put('object', { data: `${elsewhere}/object` }),
    'a style with text': () => {
      put('style', { textContent: 'body { --ran: 1 }' }, document.head);
      if (getComputedStyle(document.body).getPropertyValue('--ran')) window.ran('a style with text');
    },
    'a style sheet of elsewhere': () => put('link', { rel: 'stylesheet', href: `${elsewhere}/style.css` }, document.head),
    'a picture of elsewhere': () => put('img', { src: `${elsewhere}/picture.png` }),
    'a request to elsewhere': () => fetch(`${elsewhere}/fetch`, { mode: 'no-cors' }),
    'a beacon to elsewhere': () => navigator.sendBeacon(`${elsewhere}/beacon`, 'x'),
    'a socket to elsewhere': () => new WebSocket(`${elsewhere.replace('http', 'ws')}/socket`),
    'a form to elsewhere': () => put('form', { action: `${elsewhere}/form`, method: 'post', target: 'elsewhere' }).submit(),
    'another base': () => {
      put('base', { href: `${elsewhere}/` }, document.head);
      if (document.baseURI !== base) window.ran('another base');
    },
    'WebAssembly in the page': async () => {
      await WebAssembly.compile(MODULE);
      window.ran('WebAssembly in the page');
    },
    'a policy of its own': () => {
      trustedTypes.createPolicy('anything', { createHTML: (text) => text });
      window.ran('a policy of its own');
    },
  };
  for (const [what, attempt] of Object.entries(attempts)) {
    const before = violations;
    let threw = false;
    // In a task of its own, as a script of the page: what a driver begins is not always bound by the policy.
    await new Promise((done) => {
      setTimeout(async () => {
        try {
          const patience = new Promise((late) => setTimeout(late, 1000));
          await Promise.race([attempt(), patience]);
        } catch {
          threw = true;
        }
        setTimeout(done, 150);
      });
    });
    refused[what] = threw || violations > before;
  }
  return { ran, refused };
}

/** Another origin, without any policy: its address, and what it was asked for. */
async function site() {
  const asked = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><title>Without a policy</title><body></body>');
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const end = () => {
    server.closeAllConnections();
    server.close();
  };
  return { address: `http://127.0.0.1:${server.address().port}`, asked, end };
}

/** The page itself, and one that has no policy, on which the same comes true. */
async function look(name, page) {
  const [elsewhere, without] = [await site(), await site()];
  try {
    for (const path of order.paths) {
      await page.goto(`${order.base_url}${path}`);
      const { ran, refused } = await page.evaluate(tries, elsewhere.address);
      assert.deepEqual(ran, [], `${name}, ${path}: ran`);
      const passed = Object.keys(refused).filter((what) => !refused[what]);
      assert.deepEqual(passed, [], `${name}, ${path}: not refused`);
    }
    assert.deepEqual(elsewhere.asked, [], `${name}: something reached another origin`);
    await page.goto(`${without.address}/`);
    const { ran } = await page.evaluate(tries, elsewhere.address);
    for (const what of ['a script in the page', 'eval', 'a worker of blob:', 'markup with a handler', 'a style with text'])
      assert.ok(ran.includes(what), `${name} runs ${what} where there is no policy: ${ran}`);
    for (const what of ['/script.js', '/fetch', '/beacon', '/picture.png'])
      assert.ok(elsewhere.asked.includes(what), `${name} asks for ${what} where there is no policy: ${elsewhere.asked}`);
  } finally {
    elsewhere.end();
    without.end();
  }
}

await journey(async (browser) => {
  await look('Chromium', await browser.newPage());
});
await inFirefox(async (page) => look('Firefox', page));
