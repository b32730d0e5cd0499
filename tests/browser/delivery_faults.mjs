// Between a recipient and the service the line is cut, a byte is changed, the end is cut off: what is saved is whole, or nobody takes it for that.
import assert from 'node:assert/strict';
import { join } from 'node:path';

import { faulty } from './faulty.mjs';
import { lookAt } from './look.mjs';
import { journey, order, visitor } from './support.mjs';

/** How long it is tried without a byte before it is given up, and some more. */
const GIVEN_UP = 240_000;
const button = (page, name) => page.getByRole('button', { name, exact: true });

/** Opens the page over a line with this fault, and does something there. */
async function over(browser, fault, visit) {
  const line = await faulty(order.base_url, fault);
  try {
    await visitor(browser, { locale: 'en-GB', hosts: [line.origin] }, async (page, context, tolerate) => {
      tolerate(/\/t\/download\//);
      await page.goto(order.link.replace(order.base_url, line.origin));
      await button(page, 'Open').click();
      const [download] = await Promise.all([page.waitForEvent('download'), button(page, `Download ${order.name}`).click()]);
      await visit(page, download);
    });
    assert.ok(line.heard.some((said) => said.includes('"proof"')), 'the line hears all');
    assert.ok(!line.heard.some((said) => said.includes(order.second_part)), 'nobody hears of the second part');
  } finally {
    line.end();
  }
}

await journey(async (browser) => {
  // Cut three times, in the middle of parts and chunks: nobody notices.
  const cuts = [1_000_003, 56, 9_000_000];
  await over(browser, () => ({ cut: cuts.shift() }), async (page, download) => {
    await download.saveAs(join(order.folder, order.name));
    assert.equal(await download.failure(), null);
    await page.getByText('Downloaded, whole and unaltered.').waitFor();
  });
  assert.deepEqual(cuts, []);

  // One bit, near the end.
  await over(browser, () => ({ flip: order.length - 100 }), async (page, download) => {
    assert.notEqual(await download.failure(), null, 'the browser shows it as failed');
    await page.getByText('What came is not what the sender has sealed').waitFor();
    await lookAt(page, 'sealed-altered');
    await button(page, `Try again: ${order.name}`).waitFor();
  });

  // All answers end early, as if there were no more.
  await over(browser, () => ({ short: 3_000_000 }), async (page, download) => {
    // What came is used; it goes on behind it, as long as anything comes.
    assert.equal(await download.failure(), null);
    await page.getByText('Downloaded, whole and unaltered.').waitFor();
  });
  let answers = 0;
  await over(
    browser,
    () => {
      answers += 1;
      return answers === 1 ? { short: 3_000_000 } : { short: 1, cut: 1, flip: 0 };
    },
    async (page, download) => {
      await page.getByText('Not downloaded.').waitFor({ timeout: GIVEN_UP });
      assert.notEqual(await download.failure(), null, 'a part of it is not shown as the whole');
    },
  );

  // A person changes his mind.
  await over(browser, () => ({ cut: 5_000_000 }), async (page, download) => {
    await button(page, `Cancel: ${order.name}`).click();
    assert.notEqual(await download.failure(), null);
    await page.getByText('It was cancelled.').waitFor();
  });
});
