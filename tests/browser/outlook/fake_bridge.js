// What hosts with nested app authentication put into a page's window, for which MSAL looks there. It speaks to the test
// (`bridge.mjs`) by a function that Playwright puts beside it; nothing of MSAL is replaced.
(() => {
  const listeners = new Set();

  window.nestedAppAuthBridge = {
    addEventListener: (name, listener) => name === 'message' && listeners.add(listener),
    removeEventListener: (_, listener) => listeners.delete(listener),
    postMessage: (message) => {
      void window.answerBridge(message).then((answer) => {
        // One that does not answer is one of those that hosts have.
        if (answer) for (const listener of listeners) listener(answer);
      });
    },
  };
})();
