// What a sender seals is looked at first: what rules refuse is told before anything is made, who must seal is said while it is written, and what
// files are is stated. What goes last binds words and files, also after a reload and for other files than at first.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { mkdirSync, writeFileSync } from 'node:fs';

import { button, choose, HERE, links, says, sealHere, sent, tell } from './sealed_steps.mjs';
import { addRecipient, arrive, look } from './sender_steps.mjs';
import { journey, order, visitor } from './support.mjs';

const ANNA = 'anna@example.org';
const DEFAULT = { label: 'Nothing but the link' };

/** Calls that change something, in their order, with what they say. */
function calls(page) {
  const made = [];
  page.on('request', (request) => {
    const [, path] = request.url().split('/api/v1/');
    if (path && ['POST', 'PUT', 'DELETE'].includes(request.method())) made.push({ what: `${request.method()} ${path}`, body: request.postData() });
  });
  return made;
}

await journey((browser) =>
  visitor(browser, { locale: 'en-GB' }, async (page, _, tolerate) => {
    tolerate(/\/api\/v1\//);
    page.on('dialog', (dialog) => dialog.accept());
    const made = calls(page);
    const home = join(order.home, 'rules');
    mkdirSync(home, { recursive: true });
    const file = (name, bytes) => {
      writeFileSync(join(home, name), bytes);
      return join(home, name);
    };
    const pdf = file('plan.pdf', '%PDF-1.7\n1 0 obj\n');
    const program = file('notes.txt', Buffer.concat([Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0]), Buffer.alloc(200)]));
    const outcome = {};
    await arrive(page);

    // A program under the name of a text is refused, in the words of the rule, before anything is made.
    await says(page, { settings: {}, types: { kinds: ['executable'] } });
    await page.goto(order.base_url);
    await addRecipient(page, ANNA);
    await choose(page, [order.letter, program]);
    await page.getByLabel('What recipients must show').selectOption(DEFAULT);
    await sealHere(page);
    made.length = 0;
    await button(page, 'Send').click();
    await page.getByText(/notes\.txt.*Programs/).waitFor();
    assert.deepEqual(made, [], 'nothing is made');
    await look(page, 'sealing-refused');
    await button(page, 'Remove notes.txt').click();

    // What is sent states what it is, and what binds all of it goes last.
    await choose(page, [pdf]);
    await button(page, 'Send').click();
    await sent(page);
    const put = made.filter(({ what }) => /^PUT .*\/files\/.*\/sealing$/.test(what)).map(({ body }) => JSON.parse(body).stated);
    assert.deepEqual(put.map(({ kinds }) => kinds.join()).sort(), ['pdf', 'unknown']);
    assert.ok(put.every(({ policy_version: version }) => Number.isInteger(version)));
    const last = made.slice(-2);
    assert.match(last[0].what, /^PUT transfers\/[^/]+\/sealing$/);
    assert.equal(JSON.parse(last[0].body).contents.length, Math.ceil((109 * 4) / 3), '109 bytes');
    assert.match(last[1].what, /^POST transfers\/[^/]+\/send$/);
    assert.equal(made.filter(({ what }) => /^PUT transfers\/[^/]+\/sealing$/.test(what)).length, 1, 'once');
    outcome.plain = (await links(page))[ANNA];

    // A rule about a recipient asks for it: it is on, cannot be left, and says why; and one about a kind of files.
    await says(page, {
      settings: {},
      types: { zero_knowledge: { require: ['pdf'], forbid: ['executable'] } },
      addresses: [{ name: 'The board', recipients: ['board.example'], effect: 'allow', zero_knowledge: 'require' }],
    });
    await page.goto(order.base_url);
    await page.getByRole('radio', { name: HERE }).waitFor();
    await addRecipient(page, 'ada@board.example');
    await page.getByText('“The board” requires that you seal it yourself.').waitFor();
    assert.equal(await page.getByRole('radio', { name: HERE }).count(), 0);
    await page.getByText('Whoever loses his link loses the files.').waitFor();
    await look(page, 'sealing-by-rule');
    await choose(page, [program]);
    await page.getByText('Files of this kind must not be sealed by you: Programs.').waitFor();
    await look(page, 'sealing-impossible');
    await button(page, 'Remove notes.txt').click();
    await button(page, 'Remove ada@board.example').click();
    await page.getByRole('radio', { name: HERE }).waitFor();
    assert.equal(await page.getByRole('radio', { name: HERE }).isChecked(), false, 'without the rule it is as it was chosen');
    await addRecipient(page, ANNA);
    await choose(page, [pdf]);
    await page.getByText('Files of this kind must be sealed by you: PDF.').waitFor();
    await page.getByLabel('What recipients must show').selectOption(DEFAULT);

    // The rules change while it is brought up: what was found is stated by those of now, and nothing is sealed again.
    made.length = 0;
    let changed = false;
    await page.route(/\/files\/[^/]+\/sealing$/, async (route) => {
      if (!changed) await says(page, { settings: {}, types: { zero_knowledge: { require: ['pdf', 'image'] } } });
      changed = true;
      await route.continue();
    });
    await button(page, 'Send').click();
    await sent(page);
    await page.unroute(/\/files\/[^/]+\/sealing$/);
    const stated = made.filter(({ what }) => /^PUT .*\/files\/.*\/sealing$/.test(what)).map(({ body }) => JSON.parse(body));
    assert.equal(stated.length, 2, 'stated anew');
    assert.equal(stated[0].manifest, stated[1].manifest, 'sealed once');
    assert.ok(stated[0].stated.policy_version < stated[1].stated.policy_version);
    outcome.anew = (await links(page))[ANNA];

    // Sending fails once all is there; the page is closed; another file is put in the place of one. It is bound anew, with the words of before.
    await says(page, { settings: {} });
    await page.goto(order.base_url);
    await addRecipient(page, ANNA);
    await choose(page, [order.letter, pdf]);
    await page.getByLabel('Subject').fill('From before');
    await page.getByLabel('What recipients must show').selectOption({ label: 'A password' });
    await sealHere(page);
    await page.route(/\/send$/, (route) => route.abort());
    await button(page, 'Send').click();
    await page.getByRole('heading', { name: 'Not sent yet' }).waitFor();
    await page.unroute(/\/send$/);
    const bound = () => made.filter(({ what }) => /^PUT transfers\/[^/]+\/sealing$/.test(what)).map(({ body }) => JSON.parse(body));
    const before = bound().at(-1);
    await page.reload();
    made.length = 0;
    await button(page, 'Go on').click();
    await sent(page);
    const after = bound();
    assert.equal(after.length, 1);
    assert.ok(after[0].contents && after[0].subject, 'with the words of before');
    assert.equal(after[0].password_parameters, before.password_parameters, 'and the password');
    for (const name of ['content_key', 'proof_hash', 'contents']) assert.notEqual(after[0][name], before[name], `${name} is of other keys`);
    outcome.again = { link: (await links(page))[ANNA], password: await page.locator('code').first().textContent() };
    tell(outcome);
  }),
);
