// Outlook's own account signs the pane in, by real MSAL and a bridge that is a test's; what Microsoft refuses is said, and
// there is another way.
import assert from 'node:assert/strict';

import { BRIDGE, Bridge, REFUSED_CODE, REFUSED_CORRELATION } from './outlook/bridge.mjs';
import { HOSTS, lookAtPane } from './outlook/host.mjs';
import { inside, pane, press, showPassword, titled, windowOf } from './outlook/sign_in.mjs';
import { follow, journey, order, visitor } from './support.mjs';

/** As the service words them. */
const STATES = [
  ['expired', 'The licence has ended', 'The licence of your organisation has ended. What was sent can still be fetched; to send again, please ask your administrator.'],
  ['no_seat', 'You have no seat', 'Your organisation has given you no seat for sending. Please ask your administrator.'],
  ['not_activated', 'Sealpost is not activated yet', 'Sending is not activated for your organisation yet. Please ask your administrator.'],
  ['sending_suspended', 'Your right to send is suspended', 'Your organisation has suspended your right to send. You can still see, block and delete what you have sent. Please ask your administrator.'],
  ['suspended', 'Sealpost is switched off', 'Sending is switched off for your organisation at the moment. Please ask your administrator.'],
].map(([state, title, message]) => ({ state, title, message, may_send: false }));
const OPTIONS = { locale: 'en-GB', hosts: HOSTS };
const WITH_BRIDGE = { bridge: true, bridge_script: BRIDGE };

const bridgeOf = (outcome = {}) =>
  new Bridge({
    issuer: order.provider,
    directory: order.directory,
    client_id: order.client_id,
    email: 'nora@demo.example',
    name: 'Nora',
    ...outcome,
  });

await journey(async (browser) => {
  // Nobody presses anything.
  await visitor(browser, OPTIONS, async (page, context) => {
    const bridge = bridgeOf();
    await bridge.install(context);
    const outlook = await pane(page, context, WITH_BRIDGE);
    await inside(outlook);
    assert.deepEqual(bridge.asked, ['GetInitContext', 'GetToken']);
    assert.equal(bridge.wanted.scope, `api://${order.client_id}/Transfers.Send`);
    const frame = await outlook.frame();
    const kept = await frame.evaluate(() => {
      try {
        return JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]);
      } catch {
        return 'a frame like this one has nothing to keep it in';
      }
    });
    assert.ok(!/ss_|eyJ/.test(kept), `nothing of the session is kept: ${kept}`);
  });

  // The session is over when the pane asks for something: another is got, and nobody hears of it.
  await visitor(browser, OPTIONS, async (page, context, tolerate) => {
    tolerate(/\/bootstrap$/);
    const bridge = bridgeOf();
    await bridge.install(context);
    const shown = [];
    await context.route('**/api/v1/addin/bootstrap', async (route) => {
      const { authorization } = route.request().headers();
      shown.push(authorization);
      if (shown.length === 1) {
        const ended = await fetch(`${order.base_url}/api/v1/session`, { method: 'DELETE', headers: { authorization } });
        assert.equal(ended.status, 204);
      }
      return route.continue();
    });
    const outlook = await pane(page, context, WITH_BRIDGE);
    await inside(outlook);
    assert.deepEqual(bridge.asked, ['GetInitContext', 'GetToken', 'GetToken']);
    assert.equal(new Set(shown).size, 2);
  });

  // Somebody has to do something.
  await visitor(browser, OPTIONS, async (page, context) => {
    const bridge = bridgeOf({ silent: 'interaction' });
    await bridge.install(context);
    const outlook = await pane(page, context, WITH_BRIDGE);
    await titled(outlook, 'Welcome to Sealpost');
    await lookAtPane(outlook, 'outlook-signin-first');
    bridge.popup = 'cancelled';
    await press(outlook, 'Sign in');
    await titled(outlook, 'Welcome to Sealpost');
    bridge.popup = 'token';
    await press(outlook, 'Sign in');
    await inside(outlook);
    assert.deepEqual(bridge.asked, ['GetInitContext', 'GetToken', 'GetTokenPopup', 'GetTokenPopup']);
  });

  // A rule of the directory refuses: it is said, with what its administrator needs. A page of ours is there for it.
  await visitor(browser, OPTIONS, async (page, context, tolerate) => {
    // The pane asks for its session until somebody has confirmed it.
    tolerate(/\/pairing\/session$/, 409);
    const bridge = bridgeOf({ silent: 'refused', popup: 'refused' });
    await bridge.install(context);
    const outlook = await pane(page, context, WITH_BRIDGE);
    await press(outlook, 'Sign in');
    await titled(outlook, 'Microsoft has refused');
    const said = await outlook.pane.getByRole('alert').innerText();
    assert.ok(said.includes(REFUSED_CODE) && said.includes(REFUSED_CORRELATION), said);
    await lookAtPane(outlook, 'outlook-signin-refused');
    const window = await windowOf(context, () => press(outlook, 'Sign in another way'));
    await showPassword(window);
    await Promise.all([inside(outlook), window.getByRole('button', { name: 'Yes, sign me in there' }).click()]);
  });

  // An account of the directory that is nobody's here.
  await visitor(browser, OPTIONS, async (page, context, tolerate) => {
    tolerate(/\/api\/v1\/addin\/token$/);
    const bridge = bridgeOf({ object: '0b000000-0000-4000-8000-000000000002', email: 'stranger@elsewhere.example' });
    await bridge.install(context);
    const outlook = await pane(page, context, WITH_BRIDGE);
    await press(outlook, 'Sign in');
    await titled(outlook, 'This account is not known here');
    await lookAtPane(outlook, 'outlook-signin-unknown');
  });

  // How the licence stands has a screen for each way it can. The demo has no licence: what the service says of it is put in.
  for (const state of STATES) {
    await visitor(browser, OPTIONS, async (page, context) => {
      await context.route('**/api/v1/addin/bootstrap', async (route) => {
        const answer = await route.fetch();
        const told = answer.ok() && (await answer.json());
        const branding = { ...told.branding, support: 'help@demo.example' };
        const { message, may_send } = state;
        return route.fulfill({ response: answer, ...(told && { json: { ...told, state: state.state, message, may_send, branding } }) });
      });
      await bridgeOf().install(context);
      const outlook = await pane(page, context, WITH_BRIDGE);
      await outlook.pane.getByRole('heading', { name: state.title }).waitFor();
      await outlook.pane.getByRole('link', { name: 'help@demo.example' }).waitFor();
      await lookAtPane(outlook, `outlook-state-${state.state}`);
    });
  }

  // Outlook says that it can, and cannot: there is no bridge, it says so itself, or it has gone offline.
  for (const scene of [{ bridge: true }, WITH_BRIDGE]) {
    await visitor(browser, OPTIONS, async (page, context) => {
      if (scene.bridge_script) await bridgeOf({ silent: 'unavailable', popup: 'unavailable' }).install(context);
      const outlook = await pane(page, context, scene);
      const window = await windowOf(context, () => press(outlook, 'Sign in'));
      assert.equal(new URL(window.url()).pathname, '/signin');
      await follow(window, () => window.getByRole('link', { name: 'Deutsch' }).click());
      await window.close();
      await outlook.pane.getByText('The window is closed.').waitFor();
    });
  }
});
