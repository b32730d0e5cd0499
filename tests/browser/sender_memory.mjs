// A large file is brought up and sent, and fetched to the disk, as it is or sealed here: what the pages take for it in memory.
import assert from 'node:assert/strict';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { watchPages } from './memory.mjs';
import { button, links, sealHere } from './sealed_steps.mjs';
import { addRecipient, arrive } from './sender_steps.mjs';
import { order } from './support.mjs';
import { unwatched } from './unwatched.mjs';

/** Clock ticks of a second, in which the system counts what processes have worked. */
const TICKS = 100;
const NAME = 'a year.bin';
const ANNA = 'anna@example.org';
const DONE = 'it is done';

/** Seconds that the service has worked. */
function worked() {
  const fields = readFileSync(`/proc/${order.service}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** In the page: is called something else once this text stands in it, and presses a button a moment after this was answered. */
const begin = (locator, text) =>
  locator.evaluate(
    (element, [wanted, title]) => {
      const looking = new MutationObserver(() => {
        if (!document.body.innerText.includes(wanted)) return;
        looking.disconnect();
        document.title = title;
      });
      looking.observe(document.body, { childList: true, subtree: true, characterData: true });
      setTimeout(() => element.click(), 1000);
    },
    [text, DONE],
  );

/** Presses what `prepare` gives, and says how fast it went until `text` stood there, what the service did for it, and what memory the page had. */
async function measure(chromium, what, prepare, text) {
  const pages = await chromium.visit(async (page, browser) => {
    const locator = await prepare(page);
    const watching = await watchPages(browser);
    await begin(locator, text);
    return watching;
  });
  const [begun, before] = [performance.now(), worked()];
  await chromium.titled(DONE);
  const [seconds, service, most] = [(performance.now() - begun) / 1000 - 1, worked() - before, pages.end()];
  const each = service / (order.length / 2 ** 30);
  console.log(`${what}: ${(order.length / 1e6 / seconds).toFixed(0)} MB/s; ${each.toFixed(2)} s of the service for a GiB; MiB of the page: ${most.toFixed(0)}`);
  if (order.most) assert.ok(most < order.most, `${what}: ${most} MiB`);
}

/** Playwright would read the file itself: it does not know that this browser runs beside it. */
async function choose(page) {
  const devtools = await page.context().newCDPSession(page);
  const { result } = await devtools.send('Runtime.evaluate', { expression: 'document.querySelector("input[type=file]")' });
  await devtools.send('DOM.setFileInputFiles', { files: [order.file], objectId: result.objectId });
}

const written = (isSealed) => async (page) => {
  await arrive(page);
  await addRecipient(page, ANNA);
  await choose(page);
  await page.getByLabel('What recipients must show').selectOption({ label: 'Nothing but the link' });
  if (isSealed) await sealHere(page);
  return button(page, 'Send');
};

order.file = join(order.folder, NAME);
writeFileSync(order.file, '');
truncateSync(order.file, order.length);
for (const isSealed of order.sealed) {
  const how = isSealed ? 'sealed' : 'plain';
  let link;
  await unwatched(join(order.folder, `${how}-sender`), async (chromium) => {
    await measure(chromium, `${how}, sent`, written(isSealed), `${order.base_url}/t/`);
    link = await chromium.visit(async (page) => (await links(page))[ANNA]);
  });
  if (!isSealed) continue;
  await unwatched(join(order.folder, 'recipient'), async (chromium) => {
    const opened = async (page) => {
      await page.goto(link);
      await button(page, 'Open').click();
      await button(page, `Download ${NAME}`).waitFor();
      return button(page, `Download ${NAME}`);
    };
    await measure(chromium, `${how}, fetched`, opened, 'Downloaded, whole and unaltered.');
  });
}
