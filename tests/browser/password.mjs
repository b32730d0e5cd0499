// A recipient without scripts and without a mouse: a wrong password, the right one, a file, and the ZIP.
import assert from 'node:assert/strict';

import { focusedField, follow, journey, order, tabTo, visitor } from './support.mjs';

await journey((browser) =>
  visitor(browser, { javaScriptEnabled: false, locale: 'en-GB' }, async (page) => {
    const html = await (await page.goto(order.link)).text();
    assert.doesNotMatch(html, /<script|\son[a-z]+=|javascript:/i, 'there is no script');

    let field = await focusedField(page);
    assert.equal(field.name, 'Password');
    assert.equal(field.invalid, false);
    assert.match(field.description, /protected by a password/, 'who hears the field hears why it is there');

    await page.keyboard.type('not the password');
    await follow(page, () => page.keyboard.press('Enter'));
    assert.match(await page.title(), /^Error: /);
    field = await focusedField(page);
    assert.equal(field.name, 'Password', 'the next try needs no way back to the field');
    assert.equal(field.invalid, true);
    assert.match(field.description, /password is wrong/, 'who hears the field hears what went wrong');

    await page.keyboard.type(order.password);
    await tabTo(page, /^Open$/);
    await follow(page, () => page.keyboard.press('Enter'));
    await page.getByRole('heading', { name: /Files \(2/ }).waitFor();

    for (const [link, suffix, path] of order.downloads) {
      await tabTo(page, new RegExp(`^(?!Choose).*${link}`));
      const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
      await download.saveAs(path);
      assert.ok(download.suggestedFilename().endsWith(suffix), download.suggestedFilename());
    }

    await page.reload();
    await page.getByRole('heading', { name: /Files \(2/ }).waitFor();
  }),
);
