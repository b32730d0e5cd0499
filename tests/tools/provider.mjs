// An OpenID provider (oidc-provider) in which everybody signs in without a form, and which mints whatever token a test
// asks for. Beside it the parts of Microsoft Entra that a relying party sees. Says `ready PORT`; ends with its input.
import { createHash, createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, sign, constants } from 'node:crypto';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

// NODE_PATH says where scripts/test-tools.sh has put it.
const require = createRequire(import.meta.url);
const { default: OpenIdProvider } = await import(pathToFileURL(require.resolve('oidc-provider')));

process.stdin.resume().on('end', () => process.exit());

/** The tenant of personal Microsoft accounts. */
const MSA_TENANT = '9188040d-6c67-4c5b-b112-36a304b66dad';
/** The tenant that has a key of its own. */
const EXACT_TENANT = 'eeeeeeee-0000-4000-8000-00000000000e';

const b64 = (value) => Buffer.from(value).toString('base64url');
/**
 * A key pair that shares nothing with the job that made it. To export one that does waits for itself for ever in Node 20 if the
 * job is collected meanwhile: both lock the same mutex.
 */
function keyPair(kind, options) {
  const pair = generateKeyPairSync(kind, {
    ...options,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return { privateKey: createPrivateKey(pair.privateKey), publicKey: createPublicKey(pair.publicKey) };
}

const rsa = () => keyPair('rsa', { modulusLength: 2048 });
/** Made when it is first asked for: each test has a provider of its own, and RSA keys take a tenth of a second. */
const lazily = (make) => {
  let made;
  return () => (made ??= make());
};
let serial = 0;
const named = (pair, kid, more) => ({ ...pair, kid, more });

/** What the provider signs with now, by name, and what it has signed with before. */
let keys = freshKeys();
/** A key that nobody publishes; it goes by the name of the one that is. */
const other = lazily(rsa);
const entraKeys = lazily(() => {
  const pair = rsa();
  const entraKey = (kid, issuer) => [kid, named(pair, kid, issuer && { issuer })];
  return Object.fromEntries([
    entraKey('entra-templated', `${base}/{tenantid}/v2.0`),
    entraKey('entra-msa', `${base}/${MSA_TENANT}/v2.0`),
    entraKey('entra-exact', `${base}/${EXACT_TENANT}/v2.0`),
    entraKey('entra-nobody'),
  ]);
});

const accounts = new Map([
  ['alice', { email: 'alice@example.org', email_verified: true, name: 'Alice Arendt' }],
]);
/** Clients, for the provider that comes after this one. */
const registrations = [];
/** By client: what the next call of the token endpoint answers instead of what it should. */
const overrides = new Map();
/** By client: the last authorization request. */
const requests = new Map();
/** By path: how often it was asked for. */
const counts = new Map();
/** Paths that are out of order. */
let broken = [];
let base, provider;

function freshKeys() {
  serial += 1;
  const ec = keyPair('ec', { namedCurve: 'P-256' });
  const ed = keyPair('ed25519');
  return {
    RS256: named(rsa(), `rsa-${serial}`, { alg: 'RS256', use: 'sig' }),
    ES256: named(ec, `ec-${serial}`, { alg: 'ES256', use: 'sig' }),
    EdDSA: named(ed, `ed-${serial}`, { alg: 'EdDSA', use: 'sig' }),
    PS256: named(rsa(), `ps-${serial}`, { alg: 'PS256', use: 'sig' }),
  };
}

function startProvider() {
  provider = new OpenIdProvider(base, {
    jwks: {
      keys: Object.values(keys).map(({ privateKey, kid, more }) => ({ ...privateKey.export({ format: 'jwk' }), kid, ...more })),
    },
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'PS256', 'ES256', 'EdDSA'] },
    features: { devInteractions: { enabled: false }, registration: { enabled: true } },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, ...accounts.get(id) }),
    }),
    interactions: { url: (_, interaction) => `/test/interaction/${interaction.uid}` },
    async loadExistingGrant(context) {
      const { client, session, params } = context.oidc;
      const grant = new context.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope(params.scope);
      await grant.save();
      return grant;
    },
    cookies: { keys: ['for tests'] },
    clients: registrations,
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
  });
  provider.on('registration_create.success', (_, client) => registrations.push(client.metadata()));
}

/** Signs a token as it is asked for; nothing about it has to make sense. */
function mint({ alg = 'RS256', key = alg, header = {}, claims = {}, nonce }) {
  const from = keys[key] ?? foreign(key) ?? keys.RS256;
  const fields = without({ alg, typ: 'JWT', kid: from.kid, ...header });
  const body = without({ ...claims, ...(claims.nonce === '$nonce' && { nonce }) });
  const message = `${b64(JSON.stringify(fields))}.${b64(JSON.stringify(body))}`;
  return `${message}.${signature(fields.alg, from, message).toString('base64url')}`;
}

/** A key that is not among those with which the provider signs. */
function foreign(key) {
  if (key === 'other') return named(other(), keys.RS256.kid);
  return key?.startsWith('entra-') ? entraKeys()[key] : undefined;
}

function signature(alg, { privateKey, publicKey }, message) {
  const bytes = Buffer.from(message);
  switch (alg) {
    case 'RS256':
      return sign('sha256', bytes, privateKey);
    case 'RS512':
      return sign('sha512', bytes, privateKey);
    case 'PS256':
      return sign('sha256', bytes, { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 });
    case 'ES256':
      return sign('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' });
    case 'EdDSA':
      return sign(null, bytes, privateKey);
    case 'HS256': // with what everybody knows
      return createHmac('sha256', publicKey.export({ type: 'spki', format: 'pem' })).update(bytes).digest();
    default:
      return Buffer.alloc(0);
  }
}

const without = (fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));

const publicKeys = (set) =>
  Object.values(set).map(({ publicKey, kid, more }) => ({ ...publicKey.export({ format: 'jwk' }), use: 'sig', kid, ...more }));

/** What tests tell this process to do. */
const commands = {
  '/test/accounts': ({ id, claims }) => void accounts.set(id, claims),
  '/test/rotate': () => {
    keys = freshKeys();
    startProvider();
  },
  '/test/mint': (order) => mint(order),
  '/test/next-token': ({ client, ...answer }) => void overrides.set(client, answer),
  '/test/break': (paths) => void (broken = paths),
  '/test/counts': () => Object.fromEntries(counts),
};

/** Discovery documents that are not what they should be, each at an issuer of its own. */
function odd(what, response) {
  const issuer = `${base}/odd/${what}`;
  const document = {
    issuer,
    authorization_endpoint: `${base}/auth`,
    token_endpoint: `${base}/token`,
    jwks_uri: `${base}/jwks`,
    id_token_signing_alg_values_supported: ['RS256'],
  };
  switch (what) {
    case 'other-issuer':
      return json(response, { ...document, issuer: base });
    case 'slash':
      return json(response, { ...document, issuer: `${issuer}/` });
    case 'redirect':
      return response.writeHead(302, { location: `${base}/.well-known/openid-configuration` }).end();
    case 'huge':
      return json(response, { ...document, padding: 'x'.repeat(4 << 20) });
    case 'endless':
      return response.writeHead(200, { 'content-type': 'application/json' }).write('{"issuer": "');
    case 'no-json':
      return response.end('<html>');
    case 'plain-http':
      return json(response, { ...document, token_endpoint: 'http://provider.example.org/token' });
    case 'file':
      return json(response, { ...document, jwks_uri: 'file:///etc/passwd' });
    case 'no-keys':
      return json(response, { ...document, jwks_uri: undefined });
    default:
      return json(response, document);
  }
}

function json(response, value, status = 200) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

async function body(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Entra as far as a relying party sees it. `undefined` if it has nothing there. */
function entraAnswer(path, url, response) {
  if (path.endsWith('/discovery/v2.0/keys')) return json(response, { keys: publicKeys(entraKeys()) });
  const [, tenant, rest] = /^\/([0-9a-f-]{36})\/(.*)$/.exec(path) ?? [];
  if (rest === 'v2.0/.well-known/openid-configuration') {
    return json(response, {
      issuer: `${base}/${tenant}/v2.0`,
      authorization_endpoint: `${base}/${tenant}/oauth2/v2.0/authorize`,
      token_endpoint: `${base}/${tenant}/oauth2/v2.0/token`,
      jwks_uri: `${base}/${tenant}/discovery/v2.0/keys`,
      token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
      id_token_signing_alg_values_supported: ['RS256'],
    });
  }
  if (rest === 'oauth2/v2.0/authorize') {
    const back = new URL(url.searchParams.get('redirect_uri'));
    back.searchParams.set('code', 'a code of Entra');
    back.searchParams.set('state', url.searchParams.get('state'));
    return response.writeHead(302, { location: back.href }).end();
  }
  return undefined;
}

/** The client of a call of the token endpoint. */
function clientOf(request, form) {
  const [, basic] = /^Basic (.+)$/.exec(request.headers.authorization ?? '') ?? [];
  const id = basic ? Buffer.from(basic, 'base64').toString().split(':')[0] : form.get('client_id');
  return decodeURIComponent(id ?? '');
}

/** An answer of the token endpoint that a test has asked for; whether there was one. */
async function overridden(request, response) {
  const text = await body(request);
  const form = new URLSearchParams(text);
  const client = clientOf(request, form);
  const answer = overrides.get(client);
  if (!answer) {
    // The provider takes a body that was read before.
    request.body = Object.fromEntries(form);
    return false;
  }
  overrides.delete(client);
  const asked = requests.get(client);
  const challenge = createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url');
  if (challenge !== asked?.get('code_challenge')) {
    json(response, { error: 'invalid_grant', error_description: 'the verifier does not fit' }, 400);
  } else if (answer.mint) {
    const id_token = mint({ ...answer.mint, nonce: asked.get('nonce') });
    json(response, { access_token: 'opaque', token_type: 'Bearer', id_token });
  } else {
    response.writeHead(answer.status ?? 200, { 'content-type': answer.type ?? 'application/json' }).end(answer.body);
  }
  return true;
}

async function handle(request, response) {
  const url = new URL(request.url, base);
  const path = url.pathname;
  counts.set(path, (counts.get(path) ?? 0) + 1);
  if (broken.includes(path)) return json(response, { error: 'server_error' }, 500);
  const command = commands[path];
  if (command) return json(response, command(JSON.parse((await body(request)) || 'null')) ?? null);
  if (path.startsWith('/odd/')) return odd(path.split('/')[2], response);
  if (path.startsWith('/test/interaction/')) {
    const { params } = await provider.interactionDetails(request, response);
    const accountId = params.login_hint?.split('@')[0] ?? 'alice';
    return provider.interactionFinished(request, response, { login: { accountId } });
  }
  if (path === '/auth' || path.endsWith('/authorize')) requests.set(url.searchParams.get('client_id'), url.searchParams);
  if (request.method === 'POST' && path.endsWith('/token') && (await overridden(request, response))) return undefined;
  if (entraAnswer(path, url, response) !== undefined) return undefined;
  return provider.callback()(request, response);
}

const server = createServer((request, response) => {
  handle(request, response).catch((error) => {
    console.error(error);
    if (!response.headersSent) json(response, { error: String(error) }, 500);
  });
});
server.listen(0, '127.0.0.1', () => {
  base = `http://127.0.0.1:${server.address().port}`;
  startProvider();
  console.log(`ready ${server.address().port}`);
});
