// A Chromium that nobody listens to while it works: as long as somebody does, it keeps the body of every request for him.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { SWITCHES } from './support.mjs';

const require = createRequire(import.meta.url);
const { chromium } = require('playwright-core');
const LOOKS = 100;

/** Starts one, with its profile in this folder; it is given to `travel`, and ended then. */
export async function unwatched(folder, travel) {
  const port = join(folder, 'DevToolsActivePort');
  const sandbox = process.getuid() === 0 ? ['--no-sandbox'] : [];
  const switches = ['--headless', '--remote-debugging-port=0', `--user-data-dir=${folder}`, '--lang=en-GB'];
  const running = spawn(process.env.SEALPOST_CHROMIUM ?? '/usr/bin/chromium', [...switches, ...sandbox, ...SWITCHES, 'about:blank'], {
    stdio: 'ignore',
    env: { ...process.env, HOME: folder },
  });
  try {
    // Until it has said where it can be reached, whole.
    while (!existsSync(port) || !readFileSync(port, 'utf8').includes('\n')) {
      if (running.exitCode !== null) throw new Error('Chromium has not begun');
      await sleep(LOOKS);
    }
    await travel(new Unwatched(`http://127.0.0.1:${readFileSync(port, 'utf8').split('\n')[0]}`));
  } finally {
    const ended = running.exitCode === null && once(running, 'exit');
    running.kill();
    await ended;
  }
}

class Unwatched {
  constructor(address) {
    this.address = address;
  }

  /** Does something in its page, and leaves; the page stays as it is. */
  async visit(doing) {
    const browser = await chromium.connectOverCDP(this.address);
    const [context] = browser.contexts();
    const [page] = context.pages();
    try {
      return await doing(page, browser);
    } finally {
      await browser.close();
    }
  }

  /** Waits, without listening, until the page has this title. */
  async titled(title) {
    for (;;) {
      const targets = await (await fetch(`${this.address}/json/list`)).json();
      if (targets.some((target) => target.title === title)) return;
      await sleep(LOOKS);
    }
  }
}
