// What Outlook runs of an add-in by itself: events of a mail, and functions of its buttons. Each in a page that nobody sees, which is
// there as long as it takes; and what comes of the event of sending.
const MOST_ALERT = 500;
const MOST_BUTTON = 20;
const runtimes = new Map();
let last = Promise.resolve();

const supports = (version) => Number(owa.scene.set.split('.')[1]) >= Number(version.split('.')[1]);

/** Runs a function of the page at `address`: what it completes with; nothing if it cannot be reached or does not end. */
function run(address, name) {
  return new Promise((resolve) => {
    const frame = owa.frame(address);
    const end = (options) => {
      clearTimeout(timer);
      runtimes.delete(frame);
      frame.remove();
      resolve(options);
    };
    const timer = setTimeout(() => end(undefined), owa.scene.event_limit);
    runtimes.set(frame, { name, end, invoked: false });
    at('runtimes').append(frame);
  });
}

/** An event, if this Outlook knows it and the add-in was put there by an administrator. One after the other. */
owa.activate = (handler, since) => {
  if (!owa.scene.events || !supports(since)) return Promise.resolve({ allowEvent: true });
  last = last.then(() => run(owa.scene.events, handler));
  return last;
};

owa.command = (name) => run(owa.scene.commands, name);

/** Shows the alert of sending; says whether the mail is to go all the same. */
function alerted(options, mayGo) {
  const { errorMessage = '', cancelLabel, commandId, contextData } = options;
  if (errorMessage === '' || errorMessage.length > MOST_ALERT) owa.faults.push(`alert: ${errorMessage}`);
  if (cancelLabel !== undefined && (cancelLabel.length > MOST_BUTTON || !supports('1.14'))) owa.faults.push(`label: ${cancelLabel}`);
  return new Promise((resolve) => {
    at('alert').querySelector('p').textContent = errorMessage;
    const button = (text, then) => {
      const one = document.createElement('button');
      one.textContent = text;
      one.addEventListener('click', () => {
        at('alert').hidden = true;
        then();
      });
      return one;
    };
    const stay = () => {
      if (commandId !== undefined && supports('1.14')) owa.openPane(contextData === undefined ? undefined : String(contextData));
      resolve(false);
    };
    const buttons = [button(cancelLabel ?? (mayGo ? "Don't Send" : 'OK'), stay)];
    if (mayGo) buttons.unshift(button('Send Anyway', () => resolve(true)));
    at('alert').querySelector('.buttons').replaceChildren(...buttons);
    at('alert').hidden = false;
  });
}

/** Sends, if names are known, recipients are there, and nobody objects. */
async function send() {
  at('note').textContent = '';
  if (!FIELDS.map((field) => owa.resolve(field)).every(Boolean)) {
    at('note').textContent = 'A name is not known.';
    return;
  }
  if (FIELDS.every((field) => owa.mail[field].length === 0)) {
    at('note').textContent = 'Add a recipient.';
    return;
  }
  const mode = owa.scene.send_mode;
  const said = await owa.activate('onMessageSendHandler', '1.12');
  if (said === undefined && mode === 'block') {
    at('note').textContent = 'The add-in is not available: the mail is not sent.';
    return;
  }
  if (said?.allowEvent === false) {
    const eased = said.sendModeOverride !== undefined && supports('1.14');
    if (!(await alerted(said, mode === 'prompt_user' || eased))) return;
  }
  owa.sent.push(owa.state());
  owa.leave();
}
at('send').addEventListener('click', () => void send());

window.addEventListener('message', ({ source, data }) => {
  const pane = at('pane').firstChild;
  const found = [...runtimes].find(([frame]) => frame.contentWindow === source);
  if (!found && source !== pane?.contentWindow) return;
  const runtime = found?.[1];
  if (data?.office === 'hello') {
    source.postMessage({ office: 'scene', scene: owa.scene, item: owa.item() }, '*');
  } else if (data?.office === 'call') {
    answerCall(source, data);
  } else if (data?.office === 'associated' && runtime && !runtime.invoked && data.name === runtime.name) {
    runtime.invoked = true;
    source.postMessage({ office: 'invoke', id: 1, name: runtime.name }, '*');
  } else if (data?.office === 'completed' && runtime) {
    runtime.end(data.options);
  }
});
