// A team's key: a member makes it, gives it to another, and leaves; what came in to the team's portal is opened by who has stayed.
import assert from 'node:assert/strict';
import { basename } from 'node:path';

import { arriveAtKeys, button, call, mailedLink, mailedReset, makePair, PASSPHRASE, saveAll } from './key_steps.mjs';
import { lookAt } from './look.mjs';
import { journey, order, visitor } from './support.mjs';
import { choose } from './upload_steps.mjs';

const names = order.files.map((path) => basename(path));
const BERT = 'bert@demo.example';
const SECRET = 'velvet-Harbour-41-quartz-mimosa';

/** An admin writes a portal in the console, of which all is sealed to the team; which has no key yet, and that is told. */
async function writePortal(page, team) {
  await page.goto(`${order.base_url}/admin/portals`);
  await button(page, 'Add a portal').click();
  await page.getByRole('textbox', { name: 'Title' }).fill('Intake of scans');
  await page.getByRole('textbox', { name: 'Name in the address' }).fill('intake');
  await button(page, 'Add somebody').waitFor();
  const field = page.getByLabel('Sealed to a team');
  await field.locator('option', { hasText: 'Intake <intake@demo.example>' }).waitFor({ state: 'attached' });
  await field.selectOption(team);
  // A team gets all of it: nobody is chosen, and of what is sealed no kind is seen.
  await button(page, 'Add somebody').waitFor({ state: 'detached' });
  assert.equal(await page.getByLabel('Take only certain kinds of files').count(), 0);
  await page.getByLabel('Uploaders show by a code').uncheck();
  await button(page, 'Add a portal').click();
  await page.getByText('the mailbox has no key pair').waitFor();
  await lookAt(page, 'portal-team-no-key');
}

/** Makes it, now that there is a key; gives the address of its page. */
async function makePortal(page) {
  await button(page, 'Add a portal').click();
  await page.getByRole('heading', { name: 'Intake of scans' }).waitFor();
  await page.getByText('Takes files').waitFor();
  await page.getByText('Intake', { exact: true }).waitFor();
  await lookAt(page, 'portal-team');
  return page.getByRole('link', { name: /\/u\/demo\/intake$/ }).textContent();
}

await journey((browser) =>
  visitor(browser, { locale: 'en-GB' }, async (page, context, tolerate) => {
    tolerate(/\/api\/v1\/addin\/bootstrap$/);
    await arriveAtKeys(page);
    // Bert, and a mailbox for both.
    const bert = await call(page, 'POST', '/api/v1/admin/users', { email: BERT, name: 'Bert', role: 'sender' });
    await call(page, 'POST', `/api/v1/admin/users/${bert.id}/reset`, { password: true });
    await call(page, 'POST', '/api/v1/signin/reset', { token: await mailedReset(BERT), password: SECRET });
    const box = await call(page, 'POST', '/api/v1/admin/mailboxes', { email: 'intake@demo.example', name: 'Intake' });
    const { owner } = await call(page, 'GET', '/api/v1/account/key-pairs');
    for (const user_id of [owner, bert.id])
      await call(page, 'POST', `/api/v1/admin/mailboxes/${box.id}/delegates`, { user_id });

    tolerate(/\/api\/v1\/admin\/portals$/, 400);
    const admin = await context.newPage();
    await writePortal(admin, box.id);

    await page.reload();
    await page.getByText('Make your own key pair first').waitFor();
    await lookAt(page, 'team-none');
    await makePair(page);
    await button(page, "Make the team's key pair").click();
    await page.getByText("The team's key pair is made.").waitFor();
    await lookAt(page, 'team-made');

    await visitor(browser, { locale: 'en-GB' }, async (his, _, tolerated) => {
      tolerated(/\/api\/v1\/addin\/bootstrap$/);
      await arriveAtKeys(his, BERT, SECRET);
      const own = await makePair(his, `${PASSPHRASE} kamin`);
      await his.getByText('You do not have the private half.').waitFor();

      await page.reload();
      await page.getByText("To give the team's key to somebody, open yours.").waitFor();
      await page.getByLabel('Passphrase of your key').fill(PASSPHRASE);
      await button(page, 'Open your key').click();
      await button(page, `Give it to Bert (${BERT})`).click();
      await page.getByText(`by telephone: ${own}.`).waitFor();
      await lookAt(page, 'team-give');
      await button(page, 'They are the same: give it').click();
      await page.getByText(/has the team's key from now on/).waitFor();

      const url = await makePortal(admin);
      await visitor(browser, { locale: 'en-GB' }, async (outside) => {
        await outside.goto(url);
        await outside.getByText(/for the team Intake/).waitFor();
        await outside.getByLabel('Your name').fill('Anna Beispiel');
        await outside.getByLabel('Your e-mail address').fill('anna@example.org');
        await outside.getByLabel('Subject').fill('canary of a subject');
        await outside.getByLabel('Message').fill('canary of a message');
        const begun = outside.waitForRequest(/\/portals\/begin$/);
        await button(outside, 'Continue').click();
        assert.ok(!(await begun).postData().includes('canary'), 'words are sealed');
        await outside.getByRole('heading', { name: 'Choose your files' }).waitFor();
        await choose(outside, order.files);
        await outside.getByText('Everything has arrived.').waitFor();
        await button(outside, 'Send').click();
        await outside.getByRole('heading', { name: 'Your files have arrived' }).waitFor();
      });

      // The one who has made the key leaves the team.
      await call(page, 'DELETE', `/api/v1/admin/mailboxes/${box.id}/delegates/${owner}`);
      const { link } = await mailedLink('intake@demo.example');
      await his.goto(link);
      await button(his, 'Go on').click();
      await his.getByText('This is sealed to the key of your team').waitFor();
      await lookAt(his, 'from-team');
      await his.getByLabel('Passphrase of your key').fill(`${PASSPHRASE} kamin`);
      await button(his, 'Open').click();
      await his.getByText('canary of a message').waitFor();
      await his.getByText('canary of a subject').waitFor();
      await lookAt(his, 'from-team-inside');
      await saveAll(his, names);

      // Who has left opens nothing any more: the team is none of his.
      tolerate(/\/api\/v1\/mailboxes\/[^/]+\/key-pairs$/, 404);
      await page.goto(link);
      await button(page, 'Go on').click();
      await page.getByRole('heading', { name: 'You cannot open this' }).waitFor();
      await lookAt(page, 'from-team-left');
    });
  }),
);
