// What the journeys of a sender have in common.
import { lookAt } from './look.mjs';
import { follow, order } from './support.mjs';

/** A sender's page; or somebody else's, whose name then begins those of the pictures. */
export const look = (page, name, whose = 'sender') => lookAt(page, `${whose}-${name}`);

/** Comes to a page without a session, signs in, and is back. */
export async function arrive(page, path = '/', { email, password } = order) {
  await page.goto(`${order.base_url}${path}`);
  await page.waitForURL(/\/signin\?/);
  const { searchParams } = new URL(page.url());
  if (searchParams.get('return_to') !== path) throw new Error(`leads back to ${searchParams.get('return_to')}`);
  await page.getByLabel('Organisation').fill(order.tenant ?? 'demo');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await follow(page, () => page.keyboard.press('Enter'));
  await page.waitForURL(`${order.base_url}${path}`);
}

/** The field for recipients, to which Enter adds. */
export async function addRecipient(page, text) {
  await page.getByLabel(/^Recipients/).fill(text);
  await page.keyboard.press('Enter');
}

/** The file of the order, as a dialogue of the system would give it. */
export async function chooseFile(page) {
  await page.locator('input[type=file]').first().setInputFiles(order.file);
}
