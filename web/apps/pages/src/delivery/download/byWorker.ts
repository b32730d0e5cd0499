/** Saves by the service worker, as browsers save what any server sends: to the disk, while it comes, with their own list of downloads. */
import script from "./deliver.worker.ts?worker&url";
import { DownloadError, type Order } from "./order.ts";
import { type Heard, type Said, SCOPE, type Wish } from "./protocol.ts";

/** What a page's content security policy has to name in `trusted-types`: it makes this one script a service worker and nothing else. */
const POLICY = "sealpost-download";
/** Milliseconds for a step that takes a moment where it works at all. */
const PATIENCE = 15_000;
/** Milliseconds between signs of life; a third of what browsers wait for one. */
const PULSE = 8_000;
/** As many signs of life may stay without an answer. */
const MISSED = 5;
/** Milliseconds after which a browser has taken what it was given to save. */
export const HANDED_OVER = 60_000;

/** Here nothing can be saved in this way. */
export class NoWay extends Error {
  override readonly name = "NoWay";
}

interface Policies {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): string };
}

let trusted: string | undefined;

/** The worker's address, in the form that a page with Trusted Types takes. */
function address(): string {
  const { trustedTypes } = globalThis as { trustedTypes?: Policies };
  const createScriptURL = (url: string) => {
    if (url !== script) throw new TypeError("only the worker that serves downloads");
    return url;
  };
  // A policy can be made once.
  trusted ??= trustedTypes
    ? trustedTypes.createPolicy(POLICY, { createScriptURL }).createScriptURL(script)
    : script;
  return trusted;
}

/** The worker, once it answers below its scope; fails with `NoWay` in windows and browsers that have none. */
async function worker(): Promise<ServiceWorker> {
  const workers: ServiceWorkerContainer | undefined = navigator.serviceWorker;
  if (!workers) throw new NoWay();
  const registration = await within(workers.register(address(), { scope: SCOPE }));
  const ours = [registration.installing, registration.waiting, registration.active].find((one) =>
    one?.scriptURL.endsWith(script),
  );
  if (!ours) throw new NoWay();
  await within(
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (ours.state === "activated") resolve();
        if (ours.state === "redundant") reject(new NoWay());
      };
      ours.addEventListener("statechange", look);
      look();
    }),
  );
  return ours;
}

/** As it settles; whatever is wrong, and silence, is no way. */
async function within<T>(step: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NoWay()), PATIENCE);
  });
  try {
    return await Promise.race([step, late]);
  } catch {
    throw new NoWay();
  } finally {
    clearTimeout(timer);
  }
}

/** Begins when the browser begins to save; settles with the last byte. Fails with `NoWay`, or as a `DownloadError`. */
export async function saveByWorker(
  order: Order,
  taken: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const serving = await worker();
  signal.throwIfAborted();
  const id = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
  const { port1: port, port2 } = new MessageChannel();
  const say = (said: Said, transfer: Transferable[] = []) => serving.postMessage(said, transfer);
  const wish = (wanted: Wish) => port.postMessage(wanted);
  const frame = document.createElement("iframe");
  let pulse: ReturnType<typeof setInterval> | undefined;
  let patience: ReturnType<typeof setTimeout> | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      const expect = () => {
        clearTimeout(patience);
        patience = setTimeout(() => reject(new NoWay()), PATIENCE);
      };
      let [missed, last] = [0, Date.now()];
      const beat = () => {
        missed += 1;
        last = Date.now();
        if (missed > MISSED) reject(new DownloadError("unsaved"));
        else say({ kind: "ping", id });
      };
      port.onmessage = ({ data }: MessageEvent<Heard>) => {
        missed = 0;
        if (data.kind === "ready") {
          expect();
          // A frame of its own: if nobody answered there, this page would be gone with all that it knows.
          frame.hidden = true;
          frame.title = order.name;
          frame.src = `${SCOPE}${id}`;
          document.body.append(frame);
        } else if (data.kind === "asked") clearTimeout(patience);
        else if (data.kind === "taken") {
          taken(data.bytes);
          // Timers of a page that nobody looks at sleep; what comes in does not.
          if (Date.now() - last > PULSE) beat();
        } else if (data.kind === "ended") {
          if (data.why) reject(new DownloadError(data.why));
          else resolve();
        }
      };
      signal.addEventListener("abort", () => reject(signal.reason));
      expect();
      say({ kind: "offer", id, order }, [port2]);
      pulse = setInterval(beat, PULSE);
    });
    // The last byte has left the worker; where it goes, a browser may yet have to begin what is short.
    setTimeout(() => frame.remove(), HANDED_OVER);
  } catch (error) {
    frame.remove();
    throw error;
  } finally {
    clearTimeout(patience);
    clearInterval(pulse);
    wish("cancel");
  }
}
