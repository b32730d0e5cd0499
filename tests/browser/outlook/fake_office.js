// Stands in for Office.js, as far as Sealpost knows it, and behaves as Outlooks were seen to: what is newer than the requirement set is
// absent, three calls at a time, everything asynchronous. The mail itself is in the page around it (owa.js), to which each call goes
// by a message, so that it outlives whatever runs here.
(() => {
  const isDialog = window.parent === window && window.opener !== null;
  const host = isDialog ? window.opener : window.parent;
  const outlook = host !== window;
  // Office.js does so, for an engine of long ago.
  window.history.pushState = null;
  window.history.replaceState = null;

  const MOST_AT_ONCE = 3;
  const handlers = new Map();
  const actions = new Map();
  const waiting = new Map();
  let scene;
  let number = 0;
  let open = 0;
  let dialog;

  const failure = (code, name, message) => ({ status: 'failed', error: { code, name, message } });
  const has = (version) => Number(scene.set.split('.')[1]) >= Number(version.split('.')[1]);

  /** Options and callback stand last in every call, the options need not be there. */
  function parted(all) {
    const callback = all.findLast((one) => typeof one === 'function') ?? (() => {});
    const args = all.filter((one) => typeof one !== 'function');
    const last = args.at(-1);
    return { callback, args, asyncContext: last?.asyncContext };
  }

  function call(name) {
    return (...all) => {
      const { callback, args, asyncContext } = parted(all);
      const end = (result) => callback({ asyncContext, value: undefined, error: undefined, ...result });
      if (open >= MOST_AT_ONCE) {
        setTimeout(() => end(failure(9000, 'Operation Not Supported', `${open} calls are under way`)), 1);
        return;
      }
      open += 1;
      number += 1;
      waiting.set(number, (result) => {
        open -= 1;
        end(result);
      });
      host.postMessage({ office: 'call', id: number, name, args: JSON.parse(JSON.stringify(args)) }, '*');
    };
  }

  /** An object of calls, each with the set it came with: what is newer is not there. */
  function part(name, methods) {
    const known = Object.entries(methods).filter(([, version]) => has(version));
    return Object.fromEntries(known.map(([method]) => [method, call(name ? `${name}.${method}` : method)]));
  }

  const events = {
    addHandlerAsync: (type, handler, ...rest) => {
      handlers.set(type, [...(handlers.get(type) ?? []), handler]);
      const { callback } = parted(rest);
      setTimeout(() => callback({ status: 'succeeded' }), 1);
    },
    removeHandlerAsync: (type, ...rest) => {
      handlers.delete(type);
      const { callback } = parted(rest);
      setTimeout(() => callback({ status: 'succeeded' }), 1);
    },
  };

  function customProperties(stored) {
    const values = { ...stored };
    return {
      get: (name) => values[name],
      set: (name, value) => {
        values[name] = value;
      },
      remove: (name) => {
        delete values[name];
      },
      saveAsync: (...rest) => call('properties.saveAsync')(values, ...rest),
      ...(has('1.9') && { getAll: () => ({ ...values }) }),
    };
  }

  const shared = () => ({
    itemType: 'message',
    notificationMessages: has('1.3')
      ? part('notificationMessages', { addAsync: '1.3', replaceAsync: '1.3', removeAsync: '1.3', getAllAsync: '1.3' })
      : undefined,
    loadCustomPropertiesAsync: (...rest) => {
      const { callback } = parted(rest);
      call('properties.loadAsync')((result) =>
        callback(result.status === 'succeeded' ? { ...result, value: customProperties(result.value) } : result),
      );
    },
    ...part('', { getAttachmentContentAsync: '1.8', getInitializationContextAsync: '1.8' }),
    ...(has('1.7') && events),
  });

  function written() {
    const people = { getAsync: '1.1', setAsync: '1.1', addAsync: '1.1' };
    return {
      ...shared(),
      to: part('to', people),
      cc: part('cc', people),
      bcc: part('bcc', people),
      subject: part('subject', { getAsync: '1.1', setAsync: '1.1' }),
      body: part('body', {
        getAsync: '1.3',
        getTypeAsync: '1.1',
        prependAsync: '1.1',
        setAsync: '1.3',
        setSelectedDataAsync: '1.1',
      }),
      ...(has('1.7') && { from: part('from', { getAsync: '1.7' }) }),
      ...(has('1.8') && { internetHeaders: part('internetHeaders', { getAsync: '1.8', removeAsync: '1.8', setAsync: '1.8' }) }),
      ...(has('1.11') && { sessionData: part('sessionData', { getAsync: '1.11', removeAsync: '1.11', setAsync: '1.11' }) }),
      ...part('', {
        addFileAttachmentAsync: '1.1',
        close: '1.3',
        getAttachmentsAsync: '1.8',
        getComposeTypeAsync: '1.10',
        getItemIdAsync: '1.8',
        removeAttachmentAsync: '1.1',
        saveAsync: '1.3',
      }),
    };
  }

  function read(item) {
    const person = (one) => ({ recipientType: 'other', ...one });
    return {
      ...shared(),
      itemId: item.id,
      internetMessageId: `<${item.id}@outlook.example>`,
      subject: item.subject,
      normalizedSubject: item.subject.replace(/^(re|fw|aw|wg): /i, ''),
      from: person(item.from),
      sender: person(item.from),
      to: (item.to ?? []).map(person),
      cc: (item.cc ?? []).map(person),
      attachments: [],
      dateTimeCreated: new Date(item.at ?? 0),
      body: part('body', { getAsync: '1.3' }),
      ...part('', { getAllInternetHeadersAsync: '1.8' }),
    };
  }

  const asItem = (item) => (item === null ? null : item.mode === 'compose' ? written() : read(item));

  function roamingSettings() {
    const values = { ...scene.roaming };
    return {
      get: (name) => values[name],
      set: (name, value) => {
        values[name] = value;
      },
      remove: (name) => {
        delete values[name];
      },
      saveAsync: (...rest) => call('roamingSettings.saveAsync')(values, ...rest),
    };
  }

  /** A window of its own, as Outlook on the web opens. */
  function displayDialogAsync(address, ...rest) {
    const { callback } = parted(rest);
    const end = (result) => setTimeout(() => callback(result), 1);
    if (scene.dialogs === 'blocked') return end(failure(12009, 'DialogBlocked', 'The user chose to ignore the dialog box.'));
    if (dialog) return end(failure(12007, 'DialogOpened', 'A dialog box is already opened.'));
    if (!/^https?:/.test(address)) return end(failure(12005, 'NoHttps', 'The address is no absolute one.'));
    const popup = window.open(address, '_blank', 'popup,width=480,height=640');
    if (popup === null) return end(failure(12009, 'DialogBlocked', 'The browser has blocked it.'));
    const listeners = new Map();
    const tell = (type, argument) => listeners.get(type)?.(argument);
    const watch = setInterval(() => {
      if (!popup.closed) return;
      clearInterval(watch);
      dialog = undefined;
      tell('dialogEventReceived', { error: 12006 });
    }, 50);
    dialog = { popup, tell };
    return end({
      status: 'succeeded',
      value: {
        addEventHandler: (type, listener) => listeners.set(type, listener),
        close: () => {
          clearInterval(watch);
          dialog = undefined;
          popup.close();
        },
      },
    });
  }

  window.Office = {
    AsyncResultStatus: { Succeeded: 'succeeded', Failed: 'failed' },
    CoercionType: { Html: 'html', Text: 'text' },
    EventType: {
      AttachmentsChanged: 'olkAttachmentsChanged',
      DialogEventReceived: 'dialogEventReceived',
      DialogMessageReceived: 'dialogMessageReceived',
      InitializationContextChanged: 'olkInitializationContextChanged',
      ItemChanged: 'olkItemSelectedChanged',
      OfficeThemeChanged: 'officeThemeChanged',
      RecipientsChanged: 'olkRecipientsChanged',
    },
    HostType: { Outlook: 'Outlook' },
    MailboxEnums: {
      AttachmentContentFormat: { Base64: 'base64', Eml: 'eml', ICalendar: 'iCalendar', Url: 'url' },
      AttachmentType: { Cloud: 'cloud', File: 'file', Item: 'item' },
      ItemNotificationMessageType: {
        ErrorMessage: 'errorMessage',
        InformationalMessage: 'informationalMessage',
        InsightMessage: 'insightMessage',
        ProgressIndicator: 'progressIndicator',
      },
      ItemType: { Appointment: 'appointment', Message: 'message' },
    },
    PlatformType: { Mac: 'Mac', OfficeOnline: 'OfficeOnline', PC: 'PC' },
    actions: {
      associate: (name, handler) => {
        actions.set(name, handler);
        if (outlook && !isDialog) host.postMessage({ office: 'associated', name }, '*');
      },
    },
    context: {},
  };

  const ready = new Promise((resolve) => {
    if (!outlook) return resolve({ host: null, platform: null });
    if (isDialog) {
      Office.context = { ui: { messageParent: (message) => host.postMessage({ office: 'dialog', message }, '*') } };
      return resolve({ host: 'Outlook', platform: 'OfficeOnline' });
    }
    window.addEventListener('message', ({ source, data }) => {
      if (dialog && source === dialog.popup && data?.office === 'dialog') {
        dialog.tell('dialogMessageReceived', { message: data.message, origin: window.location.origin });
        return;
      }
      if (source !== host || typeof data?.office !== 'string') return;
      TOLD[data.office]?.(data, resolve);
    });
    return host.postMessage({ office: 'hello' }, '*');
  });
  Office.onReady = (then) => {
    if (then) void ready.then(then);
    return ready;
  };

  /** What the page around this says. */
  const TOLD = {
    scene(data, resolve) {
      scene = data.scene;
      const { platform, language, own, theme } = scene;
      Office.context = {
        contentLanguage: language,
        diagnostics: { host: 'Outlook', platform, version: '16.01' },
        displayLanguage: language,
        host: 'Outlook',
        mailbox: {
          ...(has('1.5') && events),
          diagnostics: { hostName: platform === 'PC' ? 'Outlook' : 'OutlookWebApp', hostVersion: '16.01', OWAView: 'ThreeColumns' },
          displayNewMessageForm: (form) => host.postMessage({ office: 'form', form }, '*'),
          item: asItem(data.item),
          userProfile: {
            displayName: own.displayName,
            emailAddress: own.emailAddress,
            timeZone: 'W. Europe Standard Time',
            ...(has('1.6') && { accountType: 'office365' }),
          },
        },
        platform,
        requirements: {
          isSetSupported: (name, version = '1.1') =>
            (name === 'Mailbox' && has(version)) ||
            (name === 'NestedAppAuth' && scene.bridge === true) ||
            (name === 'OpenBrowserWindowApi' && platform !== 'OfficeOnline'),
        },
        roamingSettings: roamingSettings(),
        ui: {
          displayDialogAsync,
          ...(platform !== 'OfficeOnline' && {
            openBrowserWindow: (address) => window.open(address, '_blank', 'noopener'),
          }),
        },
        ...(has('1.14') && { officeTheme: theme }),
      };
      resolve({ host: 'Outlook', platform });
    },
    answer({ id, result }) {
      const end = waiting.get(id);
      waiting.delete(id);
      end?.(result);
    },
    event({ type, argument }) {
      for (const handler of handlers.get(type) ?? []) handler({ type, ...argument });
    },
    item({ item }) {
      Office.context.mailbox.item = asItem(item);
      for (const handler of handlers.get('olkItemSelectedChanged') ?? []) handler({ type: 'olkItemSelectedChanged' });
    },
    theme({ theme }) {
      if (has('1.14')) Office.context.officeTheme = theme;
    },
    invoke({ id, name }) {
      const completed = (options = {}) => host.postMessage({ office: 'completed', id, options }, '*');
      actions.get(name)({ source: { id: name }, type: name, completed });
    },
  };
})();
