// A tenant without Entra: a page of the service in a window, or a code where none opens. What is refused, and an organisation that is
// switched off, is told.
import assert from 'node:assert/strict';

import { HOSTS, lookAtPane } from './outlook/host.mjs';
import { inside, pane, press, showPassword, titled, windowOf } from './outlook/sign_in.mjs';
import { lookAt } from './look.mjs';
import { assertAccessible, journey, order, tabTo, visitor } from './support.mjs';

const OPTIONS = { locale: 'en-GB', hosts: HOSTS };

await journey(async (browser) => {
  await visitor(browser, OPTIONS, async (page, context, tolerate) => {
    tolerate(/\/pairing\/session$/);
    const outlook = await pane(page, context);
    await titled(outlook, 'Welcome to Sealpost');
    const window = await windowOf(context, () => press(outlook, 'Sign in'));
    await titled(outlook, 'Go on in the window');
    await lookAtPane(outlook, 'outlook-signin-window');
    const code = await outlook.pane.locator('code').innerText();
    assert.match(code, /^[B-Z]{4}-[B-Z]{4}$/);
    await showPassword(window);
    // The code is compared, and what is asked stands beside it.
    assert.equal(await window.locator('.secret').innerText(), code);
    await window.getByText('Confirm only if you have pressed').waitFor();
    await lookAt(window, 'pair');
    await tabTo(window, /^Yes, sign me in there$/);
    await Promise.all([window.waitForEvent('close'), inside(outlook), window.keyboard.press('Enter')]);
  });

  // No window opens: a code is typed in a browser elsewhere, also on a telephone. It is refused, and begun again.
  await visitor(browser, OPTIONS, async (page, context, tolerate) => {
    tolerate(/\/pairing\/session$/);
    const outlook = await pane(page, context, { dialogs: 'blocked' });
    await press(outlook, 'Sign in');
    await titled(outlook, 'Sign in with a code');
    await outlook.pane.getByRole('timer').filter({ hasText: /^It counts for another \d+:\d\d minutes\.$/ }).waitFor();
    await lookAtPane(outlook, 'outlook-signin-code');
    await visitor(browser, { locale: 'en-GB' }, async (telephone) => {
      await telephone.goto(`${order.base_url}/signin?tenant=demo&return_to=/pair`);
      await showPassword(telephone);
      await lookAt(telephone, 'pair-type');
      const say = async (answer) => {
        const code = await outlook.pane.locator('code').innerText();
        await telephone.goto(`${order.base_url}/pair`);
        await telephone.getByLabel('Code from Outlook').fill(code.replace('-', ' ').toLowerCase());
        await telephone.getByRole('button', { name: 'Go on' }).click();
        await telephone.getByRole('button', { name: answer }).click();
        await telephone.getByRole('status').waitFor();
      };
      await say('No, refuse');
      await lookAt(telephone, 'pair-refused');
      await titled(outlook, 'That was not confirmed');
      await lookAtPane(outlook, 'outlook-signin-over');
      await press(outlook, 'Start again');
      await titled(outlook, 'Sign in with a code');
      await say('Yes, sign me in there');
      await lookAt(telephone, 'pair-confirmed');
      await inside(outlook);
      await telephone.goto(`${order.base_url}/account`);
      assert.equal(await telephone.getByText('Edg').or(telephone.getByText('Chrome')).count() > 0, true);
    });
  });

  // In another language, by somebody whose Outlook is not installed any more.
  await visitor(browser, { ...OPTIONS, locale: 'de-DE' }, async (page, context, tolerate) => {
    tolerate(/\/signin$/);
    await context.route('**/api/v1/addin/*/signin', (route) =>
      route.fulfill({ status: 404, contentType: 'application/problem+json', body: JSON.stringify({ code: 'not_found', status: 404 }) }),
    );
    const outlook = await pane(page, context, { language: 'de-DE' });
    await titled(outlook, 'Dieses Add-in ist veraltet');
    await assertAccessible(await outlook.frame(), 'gone, de');
    await lookAtPane(outlook, 'outlook-signin-gone');
  });
});
