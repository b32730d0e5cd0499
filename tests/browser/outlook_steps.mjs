// What the journeys within Outlook have in common.
import { HOSTS, install, lookAtPane, Outlook } from './outlook/host.mjs';
import { order, visitor } from './support.mjs';

const SIGN_IN = /^(Sign in|Anmelden|Aanmelden|Inloggen)$/;

export const button = (pane, name) => pane.getByRole('button', { name, exact: true });

/** A look at the pane; all pictures begin alike. */
export const look = (outlook, name, options) => lookAtPane(outlook, `outlook-${name}`, options);

/** Somebody with an Outlook like `scene`. */
export function reader(browser, scene, visit, options = {}) {
  return visitor(browser, { locale: 'en-GB', hosts: HOSTS, viewport: { width: 1200, height: 760 }, ...options }, async (page, context, tolerate) => {
    await install(context, { addin_id: order.addin_id, ...scene });
    // Nobody is signed in at first, and until somebody has confirmed it.
    tolerate(/\/api\/v1\/addin\/(bootstrap|pairing\/session)$/);
    await visit(page, context, tolerate).catch(async (error) => {
      await page.screenshot({ path: `${order.screenshots}/outlook-failed.png` });
      throw error;
    });
  });
}

/** Opens the pane, and signs in by a page, as is done where Outlook gets no tokens. */
export async function openPane(outlook) {
  await outlook.openPane();
  await signIn(outlook);
}

export async function signIn(outlook) {
  const context = outlook.page.context();
  const [page] = await Promise.all([context.waitForEvent('page'), outlook.pane.getByRole('button', { name: SIGN_IN }).click()]);
  const password = page.getByLabel(/^(Password|Passwort|Wachtwoord)$/);
  const confirm = page.getByRole('button', { name: /^(Yes, sign me in there|Ja, )/ });
  await password.or(confirm).first().waitFor();
  if (await password.isVisible()) {
    const tenant = page.getByLabel(/^Organisat/);
    if (await tenant.isVisible()) await tenant.fill('demo');
    await page.getByLabel(/^E-?[Mm]ail/).fill(order.email);
    await password.fill(order.password);
    await page.keyboard.press('Enter');
  }
  await confirm.click();
  await outlook.pane.getByRole('navigation').waitFor();
  if (!page.isClosed()) await page.close();
}

/** A tab of the pane. */
export const goTo = (outlook, name) => outlook.pane.getByRole('link', { name, exact: true }).click();

/** Asks the service, as whoever has a link. */
export const post = (path, body, headers = {}) =>
  fetch(`${order.base_url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

const base64 = (text) => Buffer.from(text).toString('base64');

/** Somebody outside sends a file in by the link of a request. */
export async function sendIn(link, uploader, file) {
  const token = link.split('/').at(-1);
  const begun = await (await post('/api/v1/requests/begin', { token, ...uploader })).json();
  const authorization = `Bearer ${begun.grant}`;
  const id = begun.submission_id;
  await fetch(`${order.base_url}/api/v1/transfers/${id}/files`, {
    method: 'POST',
    headers: {
      authorization,
      'tus-resumable': '1.0.0',
      'upload-length': String(file.text.length),
      'upload-metadata': `filename ${base64(file.name)}`,
      'content-type': 'application/offset+octet-stream',
    },
    body: file.text,
  });
  const sent = await post(`/api/v1/submissions/${id}/send`, {}, { authorization });
  if (sent.status !== 200) throw new Error(`sending in: ${sent.status}`);
  return id;
}
