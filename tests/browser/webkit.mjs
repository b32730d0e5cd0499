// WebKit by its own driver, in a window that nobody sees: WebKitGTK's small browser, as Debian has it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds; long enough for the slowest machine that is not broken. */
const PATIENCE = 60_000;
/** How WebDriver names a reference to an element. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';
export const ENTER = '\ue007';

/** What the test wants: JSON in the first argument. `folder` is where downloads go. */
export const order = JSON.parse(process.argv[2]);

/** Paths to what a page shows. */
export const button = (text) => `//button[normalize-space()="${text}" or @aria-label="${text}"]`;
export const containing = (text) => `//*[text()[contains(., "${text}")]]`;
export const field = (label) => `//*[@id=//label[contains(., "${label}")]/@for]`;
export const heading = (text) => `//*[self::h1 or self::h2][normalize-space()="${text}"]`;
export const FILES = '//input[@type="file"]';

/** A page in a WebKit of its own, which saves into `folder`. */
export async function inWebKit(visit, folder = order.folder) {
  const home = mkdtempSync(join(tmpdir(), 'sealpost-webkit-'));
  mkdirSync(join(home, 'config'));
  // Where desktops write down which folder downloads go to.
  writeFileSync(join(home, 'config/user-dirs.dirs'), `XDG_DOWNLOAD_DIR="${folder ?? home}"\n`);
  const running = [];
  /** Ends with this script, whatever ends that. */
  const start = (command, words, more) => {
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', command, ...words], more);
    running.push([child, new Promise((resolve) => child.on('exit', resolve))]);
    return child;
  };
  try {
    const screen = start('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    const display = await new Promise((resolve, reject) => {
      screen.stdio[3].once('data', (number) => resolve(`:${String(number).trim()}`));
      screen.once('exit', () => reject(new Error('Xvfb does not start')));
    });
    const port = await freePort();
    start('WebKitWebDriver', [`--port=${port}`], {
      stdio: 'ignore',
      env: {
        ...process.env, DISPLAY: display, GDK_BACKEND: 'x11', LANG: 'C.UTF-8', LANGUAGE: 'en', HOME: home,
        XDG_CONFIG_HOME: join(home, 'config'), XDG_CACHE_HOME: join(home, 'cache'), XDG_DATA_HOME: join(home, 'data'),
        // There is no bus of a desktop's, and nobody to ask one for a proxy.
        NO_AT_BRIDGE: '1', MESA_SHADER_CACHE_DISABLE: 'true', GIO_USE_PROXY_RESOLVER: 'dummy',
        // Its sandbox needs name spaces, which containers do not give to everybody.
        WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
      },
    });
    const page = await session(`http://127.0.0.1:${port}`);
    try {
      await visit(page);
    } finally {
      await page.end();
    }
  } finally {
    for (const [child, ended] of running.reverse()) {
      child.kill();
      await ended;
    }
    await removed(home);
  }
}

/** Removes a folder, into which processes of the browser may write for a moment longer than the driver lives. */
async function removed(folder) {
  for (let looks = 0; ; looks += 1) {
    try {
      return rmSync(folder, { recursive: true, force: true });
    } catch (error) {
      if (looks === 100) throw error;
      await sleep(100);
    }
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** What can be done on a page. Paths are XPath; what is not there yet is waited for. */
async function session(driver) {
  const call = async (method, path, body) => {
    const answer = await fetch(`${driver}${path}`, { method, ...(body && { body: JSON.stringify(body) }) });
    const { value } = await answer.json();
    if (value?.error) throw Object.assign(new Error(`${value.error}: ${value.message}`), { is: value.error });
    return value;
  };
  for (let waited = 0; !(await call('GET', '/status').catch(() => undefined))?.ready; waited += 100) {
    assert.ok(waited < PATIENCE, 'WebKitWebDriver does not start');
    await sleep(100);
  }
  const timeouts = { pageLoad: PATIENCE, script: PATIENCE };
  const { sessionId } = await call('POST', '/session', { capabilities: { alwaysMatch: { timeouts } } });
  const ask = (method, path, body) => call(method, `/session/${sessionId}${path}`, body);

  const find = async (path) => (await ask('POST', '/elements', { using: 'xpath', value: path })).map((one) => one[ELEMENT]);
  /** Does something with what is there, as soon as it is, and can be done. */
  const on = async (path, act) => {
    let last = 'it is not there';
    for (const begun = Date.now(); Date.now() - begun < PATIENCE; await sleep(50)) {
      const [element] = await find(path);
      if (!element) continue;
      try {
        return await act(`/element/${element}`);
      } catch (error) {
        const isNotYet = ['stale element reference', 'element not interactable', 'element click intercepted', 'no such element'];
        if (!isNotYet.includes(error.is)) throw error;
        last = error.message;
      }
    }
    return assert.fail(`${path}: ${last}, but: ${await run('return document.body.innerText')}`);
  };
  /** Waits until it stands still: a click goes where it stood. */
  const settled = async (element) => {
    let before;
    for (let looks = 0; looks < 40; looks += 1) {
      const { x, y } = await ask('GET', `${element}/rect`);
      if (before === `${x} ${y}`) return;
      before = `${x} ${y}`;
      await sleep(50);
    }
  };
  const run = (script, ...args) => ask('POST', '/execute/sync', { script, args });
  return {
    goto: (url) => ask('POST', '/url', { url }),
    reload: () => ask('POST', '/refresh', {}),
    /** A script's body in the page, and what that returns. */
    run,
    count: async (path) => (await find(path)).length,
    wait: (path) => on(path, () => {}),
    click: (path) =>
      on(path, async (element) => {
        await settled(element);
        await ask('POST', `${element}/click`, {});
      }),
    type: (path, text) => on(path, (element) => ask('POST', `${element}/value`, { text })),
    choose: (path, ...files) => on(path, (element) => ask('POST', `${element}/value`, { text: files.join('\n') })),
    text: (path) => on(path, (element) => ask('GET', `${element}/text`)),
    end: () => ask('DELETE', ''),
  };
}

/** Waits until a download is there, in all its length where that is known: WebKit writes it under its name from the first byte on. */
export async function fetched(name, length) {
  const path = join(order.folder, name);
  const isThere = () => existsSync(path) && statSync(path).size === (length ?? statSync(path).size);
  for (let waited = 0; !isThere(); waited += 100) {
    assert.ok(waited < PATIENCE, `${name} does not come: ${readdirSync(order.folder)}`);
    await sleep(100);
  }
}
