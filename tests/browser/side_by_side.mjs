// Two deliveries in two tabs of one browser: each shows its own files, before and after the other was opened.
import assert from 'node:assert/strict';

import { journey, order, visitor } from './support.mjs';

await journey((browser) =>
  visitor(browser, { locale: 'en-GB' }, async (first, context) => {
    const second = await context.newPage();
    const tabs = [first, second];
    const open = async (tab, { link, password }) => {
      await tab.goto(link);
      if (password) await tab.getByLabel('Password').fill(password);
      await tab.getByRole('button').click();
    };
    for (const [at, tab] of tabs.entries()) await open(tab, order.deliveries[at]);
    for (const reload of [false, true]) {
      for (const [at, tab] of tabs.entries()) {
        if (reload) await tab.reload();
        const { file, path } = order.deliveries[at];
        const link = tab.getByRole('link', { name: file });
        const [download] = await Promise.all([tab.waitForEvent('download'), link.click()]);
        await download.saveAs(path);
      }
    }
    const cookies = await context.cookies();
    const grants = cookies.filter((cookie) => cookie.path === '/');
    assert.equal(new Set(grants.map((cookie) => cookie.name)).size, 2);
    const pages = cookies.filter((cookie) => cookie.path !== '/').map((cookie) => cookie.path);
    assert.deepEqual(pages.toSorted(), order.deliveries.map(({ link }) => new URL(link).pathname).toSorted());
    for (const cookie of await context.cookies()) {
      assert.ok(cookie.httpOnly && cookie.sameSite === 'Lax', cookie.name);
    }
  }),
);
