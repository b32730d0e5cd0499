// Passkeys: the only thing on these pages that needs a script. Without it their buttons stay hidden.
'use strict';

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');

async function post(path, body) {
  const answer = await fetch(path, {
    method: 'POST',
    headers: body ? { 'content-type': 'application/json' } : {},
    body: body && JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.status === 204 ? undefined : answer.json();
}

async function show() {
  const { options, state } = await post('/api/v1/signin/passkey/begin');
  const publicKey = { ...options, challenge: bytes(options.challenge), allowCredentials: [] };
  delete publicKey.extensions;
  const { id, rawId, type, response } = await navigator.credentials.get({ publicKey });
  const credential = {
    id,
    type,
    rawId: text(rawId),
    response: {
      authenticatorData: text(response.authenticatorData),
      clientDataJSON: text(response.clientDataJSON),
      signature: text(response.signature),
      userHandle: response.userHandle && text(response.userHandle),
    },
  };
  return { state, credential };
}

async function add() {
  const { options, state } = await post('/api/v1/account/passkeys/begin');
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: (options.excludeCredentials ?? []).map((known) => ({ ...known, id: bytes(known.id) })),
  };
  // Some can only open keys later if that was asked for when they were made.
  publicKey.extensions = { prf: {} };
  const { id, rawId, type, response } = await navigator.credentials.create({ publicKey });
  const credential = {
    id,
    type,
    rawId: text(rawId),
    response: { attestationObject: text(response.attestationObject), clientDataJSON: text(response.clientDataJSON) },
  };
  const label = navigator.userAgentData?.platform || navigator.platform || 'Passkey';
  return post('/api/v1/account/passkeys/finish', { label, state, credential });
}

// The service says where a sign-in leads back to, and has seen to it that it is one of its own pages.
const afterwards = () => document.querySelector('main').dataset.afterwards;

const DEEDS = {
  signin: async () => {
    await post('/api/v1/signin/passkey/finish', await show());
    location.assign(afterwards());
  },
  second: async () => {
    await post('/api/v1/signin/second-factor', { passkey: await show() });
    location.assign(afterwards());
  },
  stepup: async () => {
    await post('/api/v1/session/step-up', { passkey: await show() });
    location.assign('/account');
  },
  add: async (button) => {
    const { recovery_codes: codes } = await add();
    if (codes.length === 0) return location.assign('/account');
    const list = document.createElement('ul');
    list.append(...codes.map((code) => Object.assign(document.createElement('li'), { textContent: code })));
    button.replaceWith(list);
    return undefined;
  },
};

if (window.PublicKeyCredential) {
  for (const button of document.querySelectorAll('[data-passkey]')) {
    button.hidden = false;
    button.addEventListener('click', async () => {
      const problem = document.querySelector('[data-passkey-problem]');
      problem.hidden = true;
      button.disabled = true;
      try {
        await DEEDS[button.dataset.passkey](button);
      } catch {
        problem.hidden = false;
      }
      button.disabled = false;
    });
  }
}
