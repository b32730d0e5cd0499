// A recipient answers with files: the button on his page leads to where they are sent in, and there again until it is used.
import assert from 'node:assert/strict';

import { assertAccessible, assertFits, follow, journey, keep, order, tabTo, visitor } from './support.mjs';

const PHONE = { width: 320, height: 568 };

await journey((browser) =>
  visitor(browser, { locale: 'en-GB', viewport: PHONE }, async (page) => {
    await page.goto(order.link);
    assert.equal(await page.getByRole('button', { name: 'Reply with files' }).count(), 0, 'not before it was opened');
    await follow(page, () => page.getByRole('button').click());
    await assertAccessible(page, 'a page that can be answered');
    await assertFits(page, 'a page that can be answered');
    await keep(page, 'reply-phone');

    await tabTo(page, /^Reply with files$/);
    await follow(page, () => page.keyboard.press('Enter'));
    const there = page.url();
    assert.match(new URL(there).pathname, /^\/r\//);
    await page.getByText(order.title).first().waitFor();
    await keep(page, 'reply-upload-phone');

    await page.goto(order.link);
    await follow(page, () => page.getByRole('button', { name: 'Reply with files' }).click());
    assert.equal(page.url(), there, 'it leads there again');

    await page.goto(order.unanswerable);
    await follow(page, () => page.getByRole('button').click());
    await page.getByRole('link', { name: 'letter.txt' }).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Reply with files' }).count(), 0, 'its sender wants no answer');
  }),
);
