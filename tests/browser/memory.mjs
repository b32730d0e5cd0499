// How much memory a browser takes: its processes are children of this one.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';

const MIB = 2 ** 20;

/** Memory of all processes below this one, in MiB: what is their own, and their share of what several have. */
export function memory() {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const parents = new Map();
  for (const id of processes) {
    try {
      parents.set(id, readFileSync(`/proc/${id}/stat`, 'utf8').match(/^.*\) \S (\d+)/s)[1]);
    } catch {
      // It has ended meanwhile.
    }
  }
  const isBelow = (id) => {
    for (let at = parents.get(id); at && at !== '0'; at = parents.get(at)) if (at === String(process.pid)) return true;
    return false;
  };
  let bytes = 0;
  for (const id of processes.filter(isBelow)) {
    try {
      bytes += 1024 * Number(readFileSync(`/proc/${id}/smaps_rollup`, 'utf8').match(/^Pss: +(\d+)/m)[1]);
    } catch {
      // So has this.
    }
  }
  return Math.round(bytes / MIB);
}

/** Looks every second, until `end` is called, which gives what was seen. */
export function watch() {
  const seen = [];
  const timer = setInterval(() => seen.push(memory()), 1000);
  return {
    end() {
      clearInterval(timer);
      return seen;
    },
  };
}

/** More than a browser's memory goes up and down by itself, in MiB. */
const SWAY = 200;

const median = (numbers) => numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)];

/**
 * Says how fast it was and how much memory it took, and asserts that the one does not grow with the other: neither what is taken most
 * of the time, nor, by more than a tenth of the bytes, what is taken at any moment.
 */
export function judge(seen, bytes, milliseconds) {
  const quarter = Math.ceil(seen.length / 4);
  const [early, rest, late] = [seen.slice(0, quarter), seen.slice(quarter), seen.slice(-quarter)];
  const [most, later] = [Math.max(...early), Math.max(...rest)];
  console.log(
    `${Math.round(bytes / 1000 / milliseconds)} MB/s; MiB of all processes: ${most} in the first quarter, ${later} in the rest;`,
    `mostly ${median(early)} in the first, ${median(late)} in the last`,
  );
  assert.ok(median(late) < median(early) + SWAY, `memory grows: ${seen.join(' ')}`);
  assert.ok(later < most + Math.max(SWAY, bytes / MIB / 10), `a tenth of it is in memory: ${seen.join(' ')}`);
}

/** Memory of a process of its own, without the program and other files, in MiB; none if it has ended. */
function own(process_id) {
  try {
    const status = readFileSync(`/proc/${process_id}/status`, 'utf8');
    const field = (name) => Number(status.match(new RegExp(`^${name}:\\s+(\\d+)`, 'm'))?.[1] ?? 0) / 1024;
    return field('RssAnon') + field('RssShmem');
  } catch {
    return 0;
  }
}

/** Looks at the processes of Chromium's pages, workers included, again and again, until `end`: what the largest has had at most, in MiB. */
export async function watchPages(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const pages = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
  let most = 0;
  const look = () => {
    most = Math.max(most, ...pages.map(own));
  };
  const timer = setInterval(look, 10);
  return {
    end() {
      clearInterval(timer);
      look();
      return most;
    },
  };
}
