// What journeys of signing in from the pane share.
import { install, Outlook } from './host.mjs';
import { follow, order } from '../support.mjs';

/** A pane in a new mail. */
export async function pane(page, context, scene = {}) {
  await install(context, { addin_id: order.addin_id, ...scene });
  const outlook = await Outlook.compose(page);
  await outlook.openPane();
  return outlook;
}

/** Waits until somebody is signed in: what is for users is there. */
export const inside = (outlook) => outlook.pane.getByRole('navigation', { name: 'Sealpost' }).waitFor();

/** What the pane says at the top. */
export const titled = (outlook, name) => outlook.pane.getByRole('heading', { name, level: 1 }).waitFor();

export const press = (outlook, name) => outlook.pane.getByRole('button', { name }).click();

/** Does what opens a window, and gives that. */
export async function windowOf(context, act) {
  const [window] = await Promise.all([context.waitForEvent('page'), act()]);
  await window.waitForLoadState();
  return window;
}

/** Signs in on the page that has opened, with a password. */
export async function showPassword(window) {
  await window.getByLabel('E-mail address').fill(order.email);
  await window.getByLabel('Password', { exact: true }).fill(order.password);
  await follow(window, () => window.getByRole('button', { name: 'Sign in', exact: true }).click());
}
