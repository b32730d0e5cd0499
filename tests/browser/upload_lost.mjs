// The answer to who begins is lost on its way, and nothing of the link is: the page asks again by itself, also when it is pressed
// once more, was closed, or somebody says it otherwise.
import assert from 'node:assert/strict';

import { journey, order, visitor } from './support.mjs';
import { ask, button, cameIn, choose, look, mailedCode, mails, takes } from './upload_steps.mjs';

const BEGIN = '**/requests/begin';
/** As often as it is asked by itself. */
const ALL = 3;

/** The service hears it and answers, and nothing comes back. */
async function lose(page, times, keys = []) {
  const swallow = async (route) => {
    keys.push(route.request().headers()['idempotency-key']);
    const answer = await route.fetch();
    assert.equal(answer.status(), 201, await answer.text());
    await route.abort();
  };
  await page.route(BEGIN, swallow, { times });
}

async function say(page, request, name = 'Anna Beispiel') {
  await page.goto(request.url);
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('Your e-mail address').fill('anna@example.org');
}

const filesAreAsked = (page) => page.getByRole('heading', { name: 'Choose your files' }).waitFor();

/** Sends a file in, and is the only one who has begun. */
async function handOver(page, request, name = 'Anna Beispiel') {
  await filesAreAsked(page);
  await choose(page, [order.file]);
  await button(page, 'Send').click();
  await page.getByRole('heading', { name: 'Your files have arrived' }).waitFor();
  const all = await cameIn(request);
  assert.equal(all.length, 1, 'one submission');
  assert.equal(all[0].submission.uploader.name, name);
  assert.equal(all[0].files.length, 1);
}

await journey(async (browser) => {
  // Once: the page asks again by itself, with the same key.
  const once = await ask({ title: 'Lost once' });
  await visitor(browser, { locale: 'en-GB' }, async (page, _, tolerate) => {
    tolerate(/\/api\/v1\//);
    const keys = [];
    page.on('request', (one) => one.url().endsWith('/begin') && keys.push(one.headers()['idempotency-key']));
    await say(page, once);
    await lose(page, 1);
    await button(page, 'Continue').click();
    await filesAreAsked(page);
    assert.equal(keys.length, 2);
    assert.match(keys[0], /^[0-9a-f-]{36}$/);
    assert.equal(keys[0], keys[1]);
    assert.equal(await takes(once), false, 'its use is taken');
    await handOver(page, once);
  });

  // Every time: it is told, and pressing once more goes on.
  const often = await ask({ title: 'Lost each time' });
  await visitor(browser, { locale: 'en-GB' }, async (page, _, tolerate) => {
    tolerate(/\/api\/v1\//);
    await say(page, often);
    await lose(page, ALL);
    await button(page, 'Continue').click();
    await page.getByText(/The service does not answer/).waitFor();
    await look(page, 'begin-lost');
    await button(page, 'Continue').click();
    await handOver(page, often);
  });

  // The tab is closed before anything has come: the link goes on where it was, in this browser and no other.
  const closed = await ask({ title: 'Lost, and closed' });
  await visitor(browser, { locale: 'en-GB' }, async (page, context, tolerate) => {
    tolerate(/\/api\/v1\//);
    await say(page, closed);
    await lose(page, ALL);
    await button(page, 'Continue').click();
    await page.getByText(/The service does not answer/).waitFor();
    await page.close({ runBeforeUnload: false });
    await visitor(browser, { locale: 'en-GB' }, async (other, _, endures) => {
      endures(/\/api\/v1\//);
      await other.goto(closed.url);
      await other.getByRole('heading', { name: 'This link takes no files' }).waitFor();
    });
    const again = await context.newPage();
    await again.goto(closed.url);
    await handOver(again, closed);
    // What was kept for it is gone.
    await again.reload();
    await again.getByRole('heading', { name: 'Your files have arrived' }).waitFor();
  });

  // Said otherwise after it was lost: what was begun is what was said first.
  const otherwise = await ask({ title: 'Lost, and said otherwise' });
  await visitor(browser, { locale: 'en-GB' }, async (page, _, tolerate) => {
    tolerate(/\/api\/v1\//);
    await say(page, otherwise, 'Ana Beispiel');
    await lose(page, ALL);
    await button(page, 'Continue').click();
    await page.getByText(/The service does not answer/).waitFor();
    await page.getByLabel('Your name').fill('Anna Beispiel');
    await button(page, 'Continue').click();
    await handOver(page, otherwise, 'Ana Beispiel');
  });

  // With a code, which counts once.
  const coded = await ask({ title: 'Lost with a code', asks_code: true });
  await visitor(browser, { locale: 'en-GB' }, async (page, _, tolerate) => {
    tolerate(/\/api\/v1\//);
    const known = mails();
    await say(page, coded);
    await button(page, 'Send me a code').click();
    const code = await mailedCode('anna@example.org', known);
    await lose(page, 1);
    await page.getByLabel('Code').fill(code);
    await button(page, 'Continue').click();
    await handOver(page, coded);
  });
});
