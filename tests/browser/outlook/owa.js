// A mail program like Outlook on the web: one mail being written, or some to be read, and a pane beside. It knows nothing of Sealpost.
const at = (id) => document.getElementById(id);
const FIELDS = ['to', 'cc', 'bcc'];

const owa = {
  scene: SCENE,
  /** The mail that is being written: what is not in the document. */
  mail: { to: [], cc: [], bcc: [], attachments: [], headers: {}, properties: {}, session: {}, saved: false, bodyType: 'html', attachmentNumber: 0 },
  bars: new Map(),
  sent: [],
  discarded: false,
  items: [],
  selected: null,
  /** What a button or a bar has handed to the pane. */
  contextData: undefined,
  pinned: false,
  /** Whatever Outlook would not have taken. */
  faults: [],

  start(mail) {
    Object.assign(owa.mail, mail);
    at('html').innerHTML = mail?.html ?? '';
    at('text').value = mail?.text ?? '';
    at('subject').value = mail?.subject ?? '';
    at('compose').hidden = false;
    owa.show();
  },

  /** Everything of the mail, as it is now, for whoever looks or opens it elsewhere. */
  state() {
    return { ...owa.mail, subject: at('subject').value, html: at('html').innerHTML, text: at('text').value };
  },

  show() {
    const plain = owa.mail.bodyType === 'text';
    at('html').hidden = plain;
    at('text').hidden = !plain;
    for (const field of FIELDS) {
      const chips = owa.mail[field].map((person, index) => {
        const chip = document.createElement('span');
        chip.className = 'person';
        chip.textContent = `${person.displayName || person.emailAddress} `;
        const remove = document.createElement('button');
        remove.textContent = '×';
        remove.setAttribute('aria-label', `Remove ${person.emailAddress}`);
        remove.addEventListener('click', () => {
          owa.mail[field].splice(index, 1);
          owa.peopleChanged(field);
        });
        chip.append(remove);
        return chip;
      });
      document.querySelector(`.people[data-field=${field}]`).replaceChildren(...chips);
    }
    at('attachments').replaceChildren(
      ...owa.mail.attachments.map(({ name, size }) => {
        const line = document.createElement('li');
        line.textContent = `${name} (${size})`;
        return line;
      }),
    );
    at('bars').replaceChildren(
      ...[...owa.bars.values()].map(({ message, actions }) => {
        const line = document.createElement('li');
        line.textContent = `${message} `;
        for (const { actionText, contextData } of actions ?? []) {
          const button = document.createElement('button');
          button.textContent = actionText;
          button.addEventListener('click', () => owa.openPane(contextData));
          line.append(button);
        }
        return line;
      }),
    );
  },

  /** Makes recipients of what stands in a field: only now add-ins see them. */
  resolve(field) {
    const input = document.querySelector(`input[data-field=${field}]`);
    const names = input.value.split(/[;,]/).map((one) => one.trim()).filter(Boolean);
    if (names.length === 0) return true;
    const people = names.map((name) => {
      const [, displayName = '', inner] = name.match(/^(.*?)\s*<([^<>]+)>$/) ?? [];
      const emailAddress = inner ?? name;
      return { emailAddress, displayName: inner ? displayName : emailAddress };
    });
    if (!people.every(({ emailAddress }) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(emailAddress))) return false;
    input.value = '';
    owa.mail[field].push(...people);
    owa.peopleChanged(field);
    return true;
  },

  peopleChanged(field) {
    owa.show();
    owa.tell('olkRecipientsChanged', { changedRecipientFields: Object.fromEntries(FIELDS.map((one) => [one, one === field])) });
    void owa.activate('onMessageRecipientsChangedHandler', '1.11');
  },

  /** Adds files: whatever listens hears of the first alone. */
  attach(files) {
    const added = files.map((file) => {
      owa.mail.attachmentNumber += 1;
      return { attachmentType: 'file', isInline: false, ...file, id: `AAkA${owa.mail.attachmentNumber}` };
    });
    owa.mail.attachments.push(...added);
    owa.show();
    owa.attachmentsChanged('added', added[0]);
  },

  attachmentsChanged(attachmentStatus, one) {
    const { id, name, size, attachmentType, isInline } = one;
    owa.tell('olkAttachmentsChanged', { attachmentStatus, attachmentDetails: { id, name, size, attachmentType, isInline } });
    void owa.activate('onMessageAttachmentsChangedHandler', '1.11');
  },

  /** A pane in a frame of another site, as Outlook on the web has it. With another context, one that is open hears of it. */
  openPane(contextData) {
    owa.contextData = contextData;
    if (!at('side').hidden) {
      owa.tell('olkInitializationContextChanged', { initializationContextData: contextData });
      return;
    }
    at('side').hidden = false;
    at('pane').replaceChildren(owa.frame(owa.scene.pane, { width: `${owa.scene.width}px` }));
  },

  closePane() {
    at('pane').replaceChildren();
    at('side').hidden = true;
    owa.contextData = undefined;
  },

  frame(address, style = {}) {
    const frame = document.createElement('iframe');
    frame.title = 'Sealpost';
    frame.sandbox = 'allow-scripts allow-same-origin allow-popups allow-forms allow-popups-to-escape-sandbox';
    frame.allow = 'clipboard-read; clipboard-write; local-network-access';
    frame.src = address;
    Object.assign(frame.style, style);
    return frame;
  },

  /** Tells the pane that something has happened. */
  tell(type, argument) {
    at('pane').firstChild?.contentWindow.postMessage({ office: 'event', type, argument }, '*');
  },

  /** A mail to be read is chosen: a pinned pane hears of it, another one is closed. */
  select(id) {
    owa.selected = owa.items.find((item) => item.id === id) ?? null;
    at('item').innerHTML = owa.selected?.html ?? '';
    if (at('side').hidden) return;
    if (!owa.pinned) return owa.closePane();
    at('pane').firstChild.contentWindow.postMessage({ office: 'item', item: owa.item() }, '*');
  },

  item() {
    if (!at('compose').hidden) return { mode: 'compose' };
    const item = owa.selected;
    return item && { mode: 'read', id: item.id, subject: item.subject, from: item.from, to: item.to, cc: item.cc };
  },

  inbox(items) {
    owa.items = items;
    at('reading').hidden = false;
    at('items').replaceChildren(
      ...items.map(({ id, subject }) => {
        const line = document.createElement('li');
        const button = document.createElement('button');
        button.textContent = subject;
        button.addEventListener('click', () => owa.select(id));
        line.append(button);
        return line;
      }),
    );
  },

  theme(theme) {
    owa.scene.theme = theme;
    at('pane').firstChild?.contentWindow.postMessage({ office: 'theme', theme }, '*');
  },

  /** The mail is gone from here, sent or not, and with it its pane. */
  leave() {
    at('compose').hidden = true;
    owa.closePane();
  },
};

for (const input of document.querySelectorAll('input[data-field]')) {
  const resolve = () => owa.resolve(input.dataset.field);
  input.addEventListener('blur', resolve);
  input.addEventListener('keydown', (event) => {
    if (!['Enter', ';'].includes(event.key)) return;
    event.preventDefault();
    resolve();
  });
}
at('discard').addEventListener('click', () => {
  owa.discarded = true;
  owa.leave();
});
for (const id of ['open-pane', 'open-pane-read']) at(id).addEventListener('click', () => owa.openPane());
at('close-pane').addEventListener('click', () => owa.closePane());
at('pin').addEventListener('click', ({ currentTarget }) => {
  owa.pinned = !owa.pinned;
  currentTarget.setAttribute('aria-pressed', String(owa.pinned));
});
