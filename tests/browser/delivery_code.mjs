// A recipient shows a code, a wrong one first, and then the password; after a reload the code is not asked for again.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';

import { lookAt } from './look.mjs';
import { journey, order, sentCode, visitor } from './support.mjs';

const button = (page, name) => page.getByRole('button', { name, exact: true });

async function enter(page) {
  await page.getByLabel('Password').fill(order.password);
  await page.keyboard.press('Enter');
  await page.getByText('Plans of the bridge').waitFor();
}

await journey((browser) =>
  visitor(browser, { locale: 'en-GB' }, async (page, _, tolerate) => {
    tolerate(/\/api\/v1\/links\/verify$/);
    await page.goto(order.link);
    await button(page, 'Send code').waitFor();
    assert.deepEqual(readdirSync(order.sms), [], 'who looks is sent nothing');
    await lookAt(page, 'sealed-code');
    await button(page, 'Send code').click();
    await page.getByText('ends in …789').waitFor();
    const code = await sentCode(new Set());
    const field = page.getByLabel('Code', { exact: true });
    await field.fill('12');
    await page.keyboard.press('Enter');
    await page.getByText('The code has six digits.').waitFor();
    await field.fill(code.startsWith('9') ? '111111' : '999999');
    await page.keyboard.press('Enter');
    await page.getByText('The code is wrong').waitFor();
    await lookAt(page, 'sealed-code-wrong');
    await field.fill(code);
    await page.getByLabel('Ask for no code in this browser for 30 days').check();
    await button(page, 'Continue').click();
    await page.getByLabel('Password').waitFor();
    await enter(page);
    await page.reload();
    await page.getByLabel('Password').waitFor();
    await enter(page);
    await button(page, 'Forget this browser').click();
    await button(page, 'Forget this browser').waitFor({ state: 'detached' });
  }),
);
