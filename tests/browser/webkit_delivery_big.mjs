// The same by WebKit.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import { judge, watch } from './memory.mjs';
import { button, fetched, inWebKit, order } from './webkit.mjs';

/** Longer than it takes on the slowest machine that is not broken, in milliseconds. */
const PATIENCE = 40 * 60_000;
const SAID = "return [...document.querySelectorAll('[role=status]')].map((one) => one.textContent).join(' ')";

await inWebKit(async (page) => {
  await page.goto(order.link);
  await page.click(button('Open'));
  const begun = Date.now();
  const watching = watch();
  await page.click(button(`Download ${order.name}`));
  for (;;) {
    const said = await page.run(SAID);
    assert.ok(!said.includes('Not downloaded'), said);
    if (said.includes('Downloaded, whole')) break;
    assert.ok(Date.now() - begun < PATIENCE, 'it does not end');
    await sleep(1000);
  }
  judge(watching.end(), order.length, Date.now() - begun);
  await fetched(order.name, order.length);
});
