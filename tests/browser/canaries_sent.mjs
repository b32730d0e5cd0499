// A sender seals in the browser what nobody else may have; and in another browser a recipient opens it.
import { join } from 'node:path';

import { saveAll } from './key_steps.mjs';
import { button, choose, links, sealHere, sent, tell } from './sealed_steps.mjs';
import { addRecipient, arrive } from './sender_steps.mjs';
import { journey, order, visitor } from './support.mjs';

const steps = {
  async send(page, tolerate) {
    // Nobody is signed in at first.
    tolerate(/\/api\/v1\/addin\/bootstrap$/);
    await arrive(page);
    await addRecipient(page, order.to);
    await choose(page, order.names.map((name) => join(order.home, name)));
    await page.getByLabel('Subject').fill(order.subject);
    await page.getByLabel('Message').fill(order.message);
    await page.getByLabel('What recipients must show').selectOption({ label: 'A password' });
    await sealHere(page);
    await page.getByLabel('One of my own').check();
    await page.getByLabel('Your password for this transfer').fill(order.secret);
    await button(page, 'Send').click();
    await sent(page);
    tell({ link: (await links(page))[order.to] });
  },
  async open(page) {
    await page.goto(order.link);
    await page.getByLabel('Password').fill(order.secret);
    await page.keyboard.press('Enter');
    await page.getByText(order.subject).first().waitFor();
    await page.getByText(order.message).waitFor();
    await saveAll(page, order.names);
  },
};

await journey((browser) =>
  visitor(browser, { locale: 'en-GB' }, (page, _, tolerate) => steps[order.step](page, tolerate)),
);
