// How fast a browser seals and opens, and how much memory its page takes: `scripts/bench.sh web-sealed`. Beside the clock it reads
// what all processes of the browser have worked, which says how fast one core does it, whatever else the machine does.
//   MIB     how large the file is (default 1024)
//   ROUNDS  how often each is measured (default 5); what is compared takes turns
//   ALL=1   also numbers of calls and of workers, by which those of the package were chosen
import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { launchChromium } from "./chromium.mjs";
import { site } from "./site.mjs";

const MIB = Number(process.env.MIB ?? 1024);
const ROUNDS = Number(process.env.ROUNDS ?? 5);
const FOLDER = resolve(process.argv[2]);
const FILE = join(FOLDER, "file.bin");

const median = (numbers) => numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)];
const range = (numbers) => `${Math.min(...numbers).toFixed(0)} to ${Math.max(...numbers).toFixed(0)}`;
const row = (...cells) => process.stdout.write(`| ${cells.join(" | ")} |\n`);
const head = (...cells) => {
  row(...cells);
  row(...cells.map(() => "---"));
};

/** MiB that a process has of its own, without the program and other files. */
function own(process_id) {
  const status = readFileSync(`/proc/${process_id}/status`, "utf8");
  const field = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)[1]) / 1024;
  return field("RssAnon") + field("RssShmem");
}

/** The same of the largest of some, at most while something is done, and afterwards. */
async function memory(process_ids, doing) {
  const largest = () => Math.max(...process_ids.map(own));
  let most = largest();
  const looking = setInterval(() => {
    most = Math.max(most, largest());
  }, 5);
  await doing();
  clearInterval(looking);
  return { after: largest(), most: Math.max(most, largest()) };
}

/** Opens the page in a browser of its own; a file is chosen in it. */
async function open(address, look) {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    const faults = [];
    page.on("console", (message) => faults.push(message.text()));
    page.on("pageerror", (error) => faults.push(String(error)));
    await page.goto(address);
    await page.locator("input").setInputFiles(FILE);
    const session = await browser.newBrowserCDPSession();
    const processes = async () => (await session.send("SystemInfo.getProcessInfo")).processInfo;
    const worked = async () => (await processes()).reduce((sum, { cpuTime }) => sum + cpuTime, 0);
    /** MB a second, by the clock and of the processors' time, of what the page does with so many bytes. */
    const speed = async (bytes, doing) => {
      const [begun, before] = [performance.now(), await worked()];
      await doing();
      const [took, cpu] = [(performance.now() - begun) / 1000, (await worked()) - before];
      return { clock: bytes / 1e6 / took, core: bytes / 1e6 / cpu };
    };
    // The page's, and a spare one, which is small.
    const renderers = (await processes()).filter(({ type }) => type === "renderer").map(({ id }) => id);
    await look(page, speed, renderers);
    if (faults.length > 0) throw new Error(faults.join("\n"));
  } finally {
    await browser.close();
  }
}

mkdirSync(FOLDER, { recursive: true });
writeFileSync(FILE, "");
truncateSync(FILE, MIB * 2 ** 20);
const { address, end } = await site(join(FOLDER, "site"));
const BYTES = MIB * 2 ** 20;
try {
  const all = [1, 2].flatMap((workers) => [1, 2, 3].map((uploads) => ({ workers, uploads })));
  const ways = process.env.ALL ? all : all.slice(0, 2);
  const said = ({ workers, uploads }) => `; workers: ${workers}, uploads in each: ${uploads}`;
  const deliver = (page) =>
    page.evaluate((wanted) => window.sealed.steps(wanted), { step: "deliver", mib: 8, times: MIB / 8 });
  await open(address, async (page, speed) => {
    process.stdout.write(
      `\n${MIB} MiB in parts of 8 MiB; MB/s of one core and by the clock, median of ${ROUNDS} (range)\n\n`,
    );
    head("", "one core", "by the clock");
    const measured = [
      ...ways.map((way) => [
        `sealed, from a file${said(way)}`,
        () => page.evaluate((way) => window.sealed.through(way), way),
      ]),
      ["opened, from memory", () => deliver(page)],
      ["read alone, from a file", () => page.evaluate(() => window.sealed.reading())],
    ].map(([what, doing]) => ({ what, doing, speeds: [] }));
    for (let round = 0; round < ROUNDS; round += 1)
      for (const { doing, speeds } of measured) speeds.push(await speed(BYTES, doing));
    for (const { what, speeds } of measured) {
      const cell = (kind) => {
        const numbers = speeds.map((it) => it[kind]);
        return `${median(numbers).toFixed(0)} (${range(numbers)})`;
      };
      row(what, cell("core"), cell("clock"));
    }
  });
  if (process.env.ALL)
    await open(address, async (page, speed) => {
      process.stdout.write(
        "\nOne part of 8 MiB from memory, in one worker, 20 times; MB/s of one core and by the clock\n\n",
      );
      head(
        "calls under way",
        "sealed, one core",
        "by the clock",
        "sealed and opened, one core",
        "by the clock",
      );
      const step = (step, calls, times = 20) =>
        speed(times * 8 * 2 ** 20, () =>
          page.evaluate((wanted) => window.sealed.steps(wanted), { step, mib: 8, calls, times }),
        );
      for (const calls of [1, 2, 4, 8, 16, 32, 64, 128, 512]) {
        const [sealed, opened] = [await step("seal", calls), await step("open", calls)];
        row(calls, ...[sealed, opened].flatMap(({ core, clock }) => [core.toFixed(0), clock.toFixed(0)]));
      }
      const { core, clock } = await step("crc32", 1, 100);
      process.stdout.write(
        `\nCRC-32 alone: ${core.toFixed(0)} MB/s of one core, ${clock.toFixed(0)} by the clock\n`,
      );
    });
  await open(address, async (page, _, renderers) => {
    process.stdout.write("\nMemory of the process of the page, MiB\n\n");
    head("", "at most", "afterwards");
    const told = async (what, doing) => {
      const { after, most } = await memory(renderers, doing);
      row(what, most.toFixed(0), after.toFixed(0));
    };
    await told("nothing is done", () => page.waitForTimeout(1000));
    for (const way of ways)
      await told(`sealed${said(way)}`, () => page.evaluate((way) => window.sealed.through(way), way));
    await told("opened", () => deliver(page));
    let took = [];
    await told("four passwords", async () => {
      took = await page.evaluate(() => window.sealed.password(4));
    });
    const [first, ...others] = took.map((it) => it.toFixed(0));
    process.stdout.write(`\nA password's key: ${first} ms the first time, then ${others.join(", ")}\n`);
  });
} finally {
  end();
  rmSync(FILE);
}
