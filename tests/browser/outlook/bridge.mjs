// A host's account for nested app authentication: what `fake_bridge.js` is answered, with tokens of the test's issuer, which the
// service checks as it checks Entra's (tests/tools/provider.mjs).
import { readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';

/** What the pane gets before its own scripts (`bridge_script` of `install`). */
export const BRIDGE = readFileSync(new URL('fake_bridge.js', import.meta.url), 'utf8');

/** As Entra words it when a rule of the directory (conditional access) refuses. */
export const REFUSED_CODE = 'AADSTS53003';
export const REFUSED_CORRELATION = '3d2f5c1e-0000-4000-8000-00000000abcd';

const FAULTS = {
  /** A person has to do something in a window. */
  interaction: { status: 'USER_INTERACTION_REQUIRED', code: 'interaction_required', description: 'AADSTS50076: Sign in again.' },
  refused: {
    status: 'PERSISTENT_ERROR',
    code: 'invalid_grant',
    subError: 'message_only',
    description: `${REFUSED_CODE}: Access has been blocked by Conditional Access policies. Trace ID: ${randomUUID()} Correlation ID: ${REFUSED_CORRELATION} Timestamp: 2026-11-23 02:00:00Z`,
  },
  cancelled: { status: 'USER_CANCEL' },
  unavailable: { status: 'NESTED_APP_AUTH_UNAVAILABLE', description: 'The host cannot.' },
  offline: { status: 'NO_NETWORK' },
};

/** Who it is to the directory, whatever his address. */
const OBJECT = '0b000000-0000-4000-8000-000000000001';

/** An account of a directory, as a host has it. */
export class Bridge {
  /** What was asked, oldest first: `GetInitContext`, `GetToken`, `GetTokenPopup`. */
  asked = [];
  /** The parameters of the last request for a token. */
  wanted;

  /**
   * `issuer` mints tokens, for the directory and its application. `silent` and `popup` say what comes of asking for one: `token`, a name
   * of `FAULTS`, or `nothing`, which is never answered. They may be changed at any time.
   */
  constructor({ issuer, directory, client_id, email, name, silent = 'token', popup = 'token', object = OBJECT }) {
    Object.assign(this, { issuer, directory, client_id, email, name, silent, popup, object });
  }

  /** Answers the bridge in all pages of `context`. */
  async install(context) {
    await context.exposeFunction('answerBridge', (message) => this.#answer(JSON.parse(message)));
  }

  async #answer({ method, requestId, tokenParams }) {
    this.asked.push(method);
    const answer = { messageType: 'NestedAppAuthResponse', requestId };
    if (method === 'GetInitContext') {
      const initContext = { capabilities: { queryAccount: true }, sdkName: 'fake', sdkVersion: '1.0.0' };
      return JSON.stringify({ ...answer, success: true, initContext });
    }
    this.wanted = tokenParams;
    const outcome = method === 'GetToken' ? this.silent : this.popup;
    if (outcome === 'nothing') return undefined;
    if (outcome !== 'token') return JSON.stringify({ ...answer, success: false, error: FAULTS[outcome] });
    const { directory, object } = this;
    const token = {
      access_token: await this.#mint({ aud: this.client_id, azp: this.client_id, scp: 'Transfers.Send' }),
      id_token: await this.#mint({ aud: this.client_id, preferred_username: this.email }),
      expires_in: 3600,
      scope: tokenParams.scope,
      properties: null,
    };
    const account = {
      homeAccountId: `${object}.${directory}`,
      localAccountId: object,
      tenantId: directory,
      environment: new URL(this.issuer).host,
      username: this.email,
      name: this.name,
    };
    return JSON.stringify({ ...answer, success: true, token, account });
  }

  async #mint(claims) {
    const now = Math.floor(Date.now() / 1000);
    const all = {
      iss: `${this.issuer}/${this.directory}/v2.0`,
      tid: this.directory,
      oid: this.object,
      sub: this.object,
      ver: '2.0',
      iat: now,
      nbf: now,
      exp: now + 3600,
      email: this.email,
      name: this.name,
      xms_edov: true,
      ...claims,
    };
    const order = { alg: 'RS256', key: 'entra-templated', claims: all };
    const answer = await fetch(`${this.issuer}/test/mint`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(order),
    });
    return answer.json();
  }
}
