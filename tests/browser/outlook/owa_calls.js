// What add-ins can ask about a mail, and what they can do to it; with the ways in which Outlook is known to be odd.
const MOST_BODY = 1_000_000;
const MOST_SESSION = 50_000;
const MOST_PROPERTIES = 2_500;
const MOST_ROAMING = 32_768;
const MOST_BAR = 150;

class Refusal {
  constructor(code, name, message = name) {
    Object.assign(this, { code, name, message });
  }
}

/** Where somebody last was in what is written. */
let cursor;
document.addEventListener('selectionchange', () => {
  const selection = document.getSelection();
  if (selection.rangeCount > 0 && at('html').contains(selection.anchorNode)) cursor = selection.getRangeAt(0).cloneRange();
});

/** HTML as it is after Outlook had it: without styles, classes and ids, quoted anew, in a block of its own. */
function rewritten(html) {
  const { body } = new DOMParser().parseFromString(html, 'text/html');
  for (const element of body.querySelectorAll('script, style, link, meta')) element.remove();
  for (const comment of comments(body)) comment.remove();
  for (const element of body.querySelectorAll('*')) {
    for (const name of ['style', 'class', 'id', ...element.getAttributeNames().filter((one) => /^(on|data-)/.test(one))])
      element.removeAttribute(name);
  }
  return `<div>${body.innerHTML}</div>`;
}

function comments(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_COMMENT);
  const found = [];
  while (walker.nextNode()) found.push(walker.currentNode);
  return found;
}

/** Puts something where the cursor is, or at the top if nobody was in the text yet. */
function insert(text, coercion, atTop) {
  if (text.length > MOST_BODY) throw new Refusal(9006, 'DataExceedsMaximumSize');
  if (owa.mail.bodyType === 'text') {
    if (coercion === 'html') throw new Refusal(2003, 'InvalidFormatError', 'The format of the specified data object is not valid.');
    const field = at('text');
    const start = atTop ? 0 : field.selectionStart;
    field.setRangeText(text, start, atTop ? 0 : field.selectionEnd, 'end');
    return;
  }
  const escaped = document.createElement('div');
  escaped.innerText = text;
  const fragment = document.createRange().createContextualFragment(rewritten(coercion === 'html' ? text : escaped.innerHTML));
  const body = at('html');
  if (atTop || !cursor || !body.contains(cursor.commonAncestorContainer)) {
    body.prepend(fragment);
    return;
  }
  cursor.deleteContents();
  cursor.insertNode(fragment);
  cursor.collapse(false);
}

const coercionOf = (options) => options?.coercionType ?? 'text';
/** Outlook says nothing of who it does not know yet: he still stands in the field. */
const listed = (field) => owa.mail[field].map((person) => ({ recipientType: 'other', ...person }));
const asPeople = (people) =>
  people.map((one) => (typeof one === 'string' ? { emailAddress: one, displayName: one } : one));

const CALLS = {
  ...Object.fromEntries(
    FIELDS.flatMap((field) => [
      [`${field}.getAsync`, () => listed(field)],
      [
        `${field}.setAsync`,
        (people) => {
          owa.mail[field] = asPeople(people);
          owa.peopleChanged(field);
        },
      ],
      [
        `${field}.addAsync`,
        (people) => {
          owa.mail[field].push(...asPeople(people));
          owa.peopleChanged(field);
        },
      ],
    ]),
  ),
  'from.getAsync': () => owa.scene.own,
  'subject.getAsync': () => at('subject').value,
  'subject.setAsync': (text) => {
    if (text.length > 255) throw new Refusal(9006, 'DataExceedsMaximumSize');
    at('subject').value = text;
  },
  'body.getTypeAsync': () => owa.mail.bodyType,
  'body.getAsync': (coercion) => {
    if (at('compose').hidden) return coercion === 'html' ? owa.selected.html : textOf(owa.selected.html);
    if (owa.mail.bodyType === 'text') {
      const text = at('text').value;
      if (coercion !== 'html') return text;
      const element = document.createElement('div');
      element.innerText = text;
      return `<html><body>${element.innerHTML}</body></html>`;
    }
    return coercion === 'html' ? `<html><head></head><body>${at('html').innerHTML}</body></html>` : at('html').innerText;
  },
  'body.setAsync': (text, options) => {
    if (owa.mail.bodyType === 'text') {
      if (coercionOf(options) === 'html') throw new Refusal(2003, 'InvalidFormatError');
      at('text').value = text;
      return;
    }
    cursor = undefined;
    at('html').replaceChildren();
    insert(text, coercionOf(options), true);
  },
  'body.setSelectedDataAsync': (text, options) => insert(text, coercionOf(options), false),
  'body.prependAsync': (text, options) => insert(text, coercionOf(options), true),
  getAttachmentsAsync: () => owa.mail.attachments.map(({ content: _, ...details }) => details),
  getAttachmentContentAsync: (id) => {
    const one = owa.mail.attachments.find((attachment) => attachment.id === id);
    if (!one) throw new Refusal(9030, 'InvalidAttachmentId');
    return { format: one.attachmentType === 'item' ? 'eml' : 'base64', content: one.empty ? '' : one.content };
  },
  addFileAttachmentAsync: () => {
    throw new Refusal(9018, 'GenericAttachmentError', 'The fake Outlook downloads nothing.');
  },
  removeAttachmentAsync: (id) => {
    const index = owa.mail.attachments.findIndex((one) => one.id === id && !one.isInline);
    if (index < 0) throw new Refusal(9009, 'AttachmentDeletionFailed');
    const [removed] = owa.mail.attachments.splice(index, 1);
    owa.show();
    owa.attachmentsChanged('removed', removed);
  },
  getComposeTypeAsync: () => ({ composeType: 'newMail', coercionType: owa.mail.bodyType }),
  getInitializationContextAsync: () => {
    if (owa.contextData === undefined) throw new Refusal(9020, 'AccessRestricted', 'There is no context.');
    return owa.contextData;
  },
  getItemIdAsync: () => {
    if (!owa.mail.saved) throw new Refusal(9051, 'ItemNotSaved');
    return 'AAMkAGI1';
  },
  saveAsync: () => {
    owa.mail.saved = true;
    return 'AAMkAGI1';
  },
  close: () => owa.leave(),
  'internetHeaders.getAsync': (names) =>
    Object.fromEntries(names.filter((name) => name in owa.mail.headers).map((name) => [name, owa.mail.headers[name]])),
  'internetHeaders.setAsync': (headers) => {
    for (const name of Object.keys(headers)) if (!/^x-/i.test(name)) throw new Refusal(9020, 'InvalidHeader');
    Object.assign(owa.mail.headers, headers);
  },
  'internetHeaders.removeAsync': (names) => {
    for (const name of names) delete owa.mail.headers[name];
  },
  getAllInternetHeadersAsync: () =>
    Object.entries(owa.selected.headers ?? {})
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join(''),
  'properties.loadAsync': () => (at('compose').hidden ? (owa.selected.properties ?? {}) : owa.mail.properties),
  'properties.saveAsync': (values) => {
    if (JSON.stringify(values).length > MOST_PROPERTIES) throw new Refusal(9019, 'ExceededSize');
    owa.mail.properties = values;
  },
  'roamingSettings.saveAsync': (values) => {
    if (JSON.stringify(values).length > MOST_ROAMING) throw new Refusal(9019, 'ExceededSize');
    owa.scene.roaming = values;
  },
  'sessionData.getAsync': (name) => {
    // What is not there is no empty text.
    if (!(name in owa.mail.session)) throw new Refusal(9020, 'KeyNotFound', 'The specified key was not found.');
    return owa.mail.session[name];
  },
  'sessionData.setAsync': (name, value) => {
    const next = { ...owa.mail.session, [name]: value };
    if (JSON.stringify(next).length > MOST_SESSION) throw new Refusal(9019, 'ExceededSize');
    owa.mail.session = next;
  },
  'sessionData.removeAsync': (name) => {
    delete owa.mail.session[name];
  },
  'notificationMessages.addAsync': bar,
  'notificationMessages.replaceAsync': bar,
  'notificationMessages.removeAsync': (key) => {
    owa.bars.delete(key);
    owa.show();
  },
  'notificationMessages.getAllAsync': () => [...owa.bars].map(([key, one]) => ({ key, ...one })),
};

function bar(key, one) {
  const bad =
    key.length > 32 ||
    one.message.length > MOST_BAR ||
    (one.type === 'insightMessage' && (one.actions?.length !== 1 || one.actions[0].actionText.length > 30)) ||
    (one.type === 'informationalMessage' && (one.icon === undefined || one.persistent === undefined));
  if (bad) {
    owa.faults.push(`bar: ${JSON.stringify(one)}`);
    throw new Refusal(9019, 'InvalidNotification');
  }
  owa.bars.set(key, one);
  owa.show();
}

function textOf(html) {
  return new DOMParser().parseFromString(html, 'text/html').body.innerText;
}

/** Answers a call after a while, if this Outlook does at all. */
function answerCall(source, { id, name, args }) {
  const { delay, failing = [], silent = [] } = owa.scene;
  if (silent.includes(name)) return;
  setTimeout(() => {
    let result;
    try {
      if (failing.includes(name)) throw new Refusal(5001, 'InternalError');
      if (!(name in CALLS)) throw new Refusal(9000, 'NotSupported', `${name} is not there`);
      result = { status: 'succeeded', value: CALLS[name](...args) };
    } catch (error) {
      if (!(error instanceof Refusal)) owa.faults.push(`${name}: ${error.stack}`);
      result = { status: 'failed', error: { code: error.code, name: error.name, message: error.message } };
    }
    source.postMessage({ office: 'answer', id, result }, '*');
  }, delay);
}
