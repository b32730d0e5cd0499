// Somebody with a phone: a code by mail, with a wrong one first, a page that is loaded anew while he looks into his mail, another
// code after the countdown, an address that is not the right one; then a photo.
import assert from 'node:assert/strict';

import { journey, order, visitor } from './support.mjs';
import { ask, button, cameIn, choose, look, mailedCode, mails } from './upload_steps.mjs';

const PHONE = { width: 390, height: 844 };

await journey(async (browser) => {
  const request = await ask({
    title: 'A photo of the wound', message: 'With the ruler beside it, please.',
    email: 'anna@example.org', asks_code: true, max_files: 3,
  });
  const phone = { viewport: PHONE, hasTouch: true, isMobile: true, locale: 'en-GB' };
  await visitor(browser, phone, async (page, _, tolerate) => {
    tolerate(/\/api\/v1\/requests\/(code|begin)$/);
    const known = mails();
    await page.goto(request.url);
    await page.getByText('This link is for a…@e….org alone.').waitFor();
    await look(page, 'phone-asked', PHONE);
    await page.getByLabel('Your name').fill('Anna \u05d3\u05d5\u05d7');
    await page.getByLabel('Your e-mail address').fill('bert@example.org');
    await button(page, 'Send me a code').tap();
    await page.getByText(/This link is for another address/).waitFor();
    await look(page, 'phone-wrong-address', PHONE);
    await page.getByLabel('Your e-mail address').fill('anna@example.org');
    await button(page, 'Send me a code').tap();
    await page.getByRole('heading', { name: 'Show that the address is yours' }).waitFor();
    const field = page.getByLabel('Code');
    assert.equal(await field.getAttribute('inputmode'), 'numeric');
    assert.equal(await field.getAttribute('autocomplete'), 'one-time-code');
    const code = await mailedCode('anna@example.org', known);
    await page.getByText(/^Another code in \d+ second/).waitFor();
    await look(page, 'phone-code', PHONE);

    await field.fill('12');
    await button(page, 'Continue').tap();
    await page.getByText('The code has six digits.').waitFor();
    await field.fill(code.startsWith('9') ? '111111' : '999999');
    await button(page, 'Continue').tap();
    await page.getByText('You have 4 more tries.').waitFor();
    await look(page, 'phone-wrong-code', PHONE);

    // Phones throw pages away while one reads mail; the code that has come still counts.
    await page.reload();
    await page.getByRole('heading', { name: 'Show that the address is yours' }).waitFor();
    await page.getByLabel('Code').fill(`${code.slice(0, 3)} ${code.slice(3)}`);
    await button(page, 'Continue').tap();
    await page.getByRole('heading', { name: 'Choose your files' }).waitFor();

    // What is in the hand has a camera, and nothing to drop.
    assert.equal(await button(page, 'Choose a folder').count(), 0);
    await button(page, 'Take a photo').waitFor();
    const camera = page.locator('input[capture=environment]');
    assert.equal(await camera.getAttribute('accept'), 'image/*');
    const photo = { name: 'image.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('a photo') };
    await camera.setInputFiles(photo);
    await page.getByText(/^image \d{4}-\d\d-\d\d \d{6}\.jpg$/).waitFor();
    await choose(page, [order.slow]);
    await page.getByText('Everything has arrived.').waitFor();
    await look(page, 'phone-files', PHONE);
    await button(page, 'Send').tap();
    await page.getByRole('heading', { name: 'Your files have arrived' }).waitFor();
    await page.getByText('A receipt goes to anna@example.org by mail.').waitFor();
    await look(page, 'phone-receipt', PHONE);
    const [arrived] = await cameIn(request);
    assert.equal(arrived.files.length, 2);
    const { uploader } = arrived.submission;
    assert.deepEqual([uploader.email, uploader.proved], ['anna@example.org', true]);
  });

  // Five wrong ones, and it counts no more: another has to be asked for, which waits for the clock of the service.
  const tried = await ask({ title: 'Guessed at', asks_code: true });
  await visitor(browser, { ...phone, locale: 'de-DE' }, async (page, _, tolerate) => {
    tolerate(/\/api\/v1\/requests\/(code|begin)$/);
    const known = mails();
    await page.goto(tried.url);
    await page.getByLabel('Ihr Name').fill('Carla');
    await page.getByLabel('Ihre E-Mail-Adresse').fill('carla@example.org');
    await button(page, 'Code anfordern').tap();
    const code = await mailedCode('carla@example.org', known);
    for (let left = 4; left >= 0; left -= 1) {
      await page.getByLabel('Code').fill(code.startsWith('9') ? '111111' : '999999');
      await button(page, 'Weiter').tap();
      await page.getByText(left > 0 ? `noch ${left} Versuch` : 'Zu viele falsche Codes.').waitFor();
    }
    await look(page, 'phone-code-used-up-de', PHONE);
    await button(page, 'Name oder Adresse ändern').tap();
    assert.equal(await page.getByLabel('Ihr Name').inputValue(), 'Carla');
  });
});
