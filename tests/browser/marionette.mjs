// Firefox by its own protocol, for journeys that look at its memory: whoever listens by WebDriver BiDi has Firefox keep whatever
// comes over the network, for it might be asked for.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds; long enough for the slowest machine that is not broken. */
const PATIENCE = 60_000;

/** Runs `visit(run, goto)` in a Firefox of its own that saves into `folder`; `run` is a script's body in its page, and gives what that returns. */
export async function inMarionette(folder, visit) {
  const profile = mkdtempSync(join(tmpdir(), 'sealpost-firefox-'));
  const preferences = {
    'browser.download.dir': folder,
    'browser.download.folderList': 2,
    'browser.download.always_ask_before_handling_new_types': false,
    'browser.download.useDownloadDir': true,
    'browser.shell.checkDefaultBrowser': false,
    'datareporting.policy.dataSubmissionEnabled': false,
    'intl.accept_languages': 'en-GB',
    'marionette.port': 0,
  };
  const lines = Object.entries(preferences).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`);
  writeFileSync(join(profile, 'user.js'), lines.join(''));
  const browser = spawn(process.env.SEALPOST_FIREFOX ?? '/usr/bin/firefox-esr', ['--headless', '--marionette', '--no-remote', '--profile', profile], {
    stdio: 'ignore',
    env: { ...process.env, HOME: folder },
  });
  const ended = new Promise((resolve) => browser.on('exit', resolve));
  try {
    const ask = await session(await port(profile));
    await ask('WebDriver:NewSession', {});
    const goto = (url) => ask('WebDriver:Navigate', { url });
    await visit(async (script, ...args) => (await ask('WebDriver:ExecuteScript', { script, args })).value, goto);
  } finally {
    browser.kill();
    await ended;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Where it listens; it writes that down when it does. */
async function port(profile) {
  for (let waited = 0; waited < PATIENCE; waited += 100) {
    try {
      return Number(readFileSync(join(profile, 'MarionetteActivePort'), 'utf8'));
    } catch {
      await sleep(100);
    }
  }
  throw new Error('Firefox does not start');
}

/** Asks one thing at a time: `LENGTH:[0, id, command, parameters]`, and the answer `LENGTH:[1, id, error, result]`. */
async function session(at) {
  const socket = connect(at, '127.0.0.1');
  let [bytes, wake, id] = [Buffer.alloc(0), () => {}, 0];
  socket.on('data', (some) => {
    bytes = Buffer.concat([bytes, some]);
    wake();
  });
  const next = async () => {
    for (;;) {
      const colon = bytes.indexOf(':');
      const end = colon < 0 ? Number.POSITIVE_INFINITY : colon + 1 + Number(bytes.subarray(0, colon));
      if (bytes.length >= end) {
        const said = JSON.parse(bytes.subarray(colon + 1, end));
        bytes = bytes.subarray(end);
        return said;
      }
      await new Promise((resolve) => {
        wake = resolve;
      });
    }
  };
  await next();
  return async (command, parameters) => {
    const asked = Buffer.from(JSON.stringify([0, ++id, command, parameters]));
    socket.write(`${asked.length}:${asked}`);
    const [, answered, error, result] = await next();
    assert.equal(answered, id);
    assert.equal(error, null, JSON.stringify(error));
    return result;
  };
}
