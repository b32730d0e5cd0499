// The same by Firefox.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import { inMarionette } from './marionette.mjs';
import { judge, watch } from './memory.mjs';

const order = JSON.parse(process.argv[2]);

/** Longer than 5 GiB take on the slowest machine that is not broken, in milliseconds. */
const PATIENCE = 40 * 60_000;

/** A script's body: clicks the button of that name, and says whether it was there. */
const CLICK = `
  const button = [...document.querySelectorAll('button')].find((one) => [one.textContent, one.ariaLabel].includes(arguments[0]));
  button?.click();
  return Boolean(button);
`;
const SAID = "return [...document.querySelectorAll('[role=status]')].map((one) => one.textContent).join(' ')";

await inMarionette(order.folder, async (run, goto) => {
  await goto(order.link);
  const click = async (name) => {
    while (!(await run(CLICK, name))) await sleep(100);
  };
  await click('Open');
  const begun = Date.now();
  const watching = watch();
  await click(`Download ${order.name}`);
  for (;;) {
    const said = await run(SAID);
    assert.ok(!said.includes('Not downloaded'), said);
    if (said.includes('Downloaded, whole')) break;
    assert.ok(Date.now() - begun < PATIENCE, 'it does not end');
    await sleep(1000);
  }
  const took = Date.now() - begun;
  judge(watching.end(), order.length, took);
  // The last bytes are on their way from the browser's memory to the disk.
  await sleep(5000);
});
