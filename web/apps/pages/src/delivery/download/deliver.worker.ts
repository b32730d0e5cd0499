/**
 * The service worker through which browsers save what they open: a page offers an order under an address that nobody can guess, and
 * the browser fetches it from here as from any server. Nothing is kept: what was offered is gone with this worker.
 *
 * It is one classic script, which every browser takes here: nothing is imported when it runs (`tests/web/budget.rs` looks).
 */
import { headersOf } from "./headers.ts";
import { streamed } from "./opened.ts";
import { DownloadError, type Order } from "./order.ts";
import { type Heard, type Said, SCOPE } from "./protocol.ts";

/** What the types of a page do not know of a worker's scope. */
interface Scope {
  addEventListener(
    type: "install",
    listener: (event: { waitUntil: (step: Promise<void>) => void }) => void,
  ): void;
  addEventListener(type: "message", listener: (event: MessageEvent<Said>) => void): void;
  addEventListener(
    type: "fetch",
    listener: (event: { request: Request; respondWith: (answer: Response) => void }) => void,
  ): void;
  skipWaiting(): Promise<void>;
}

interface Offer {
  readonly order: Order;
  readonly tell: (heard: Heard) => void;
  readonly cancelled: AbortController;
}

/** Of what nobody has offered. */
const NOTHING = {
  "Cache-Control": "no-store",
  "Content-Security-Policy": "default-src 'none'; sandbox",
  "Content-Type": "text/plain",
};

const scope = globalThis as unknown as Scope;
const offers = new Map<string, Offer>();

// One of another release has nothing under way that a page would not notice.
scope.addEventListener("install", (event) => event.waitUntil(scope.skipWaiting()));

scope.addEventListener("message", ({ data, ports: [port] }) => {
  if (data.kind === "ping") offers.get(data.id)?.tell({ kind: "alive" });
  else if (port) accept(data.id, data.order, port);
});

scope.addEventListener("fetch", (event) => {
  event.respondWith(answer(event.request));
});

function accept(id: string, order: Order, port: MessagePort): void {
  const cancelled = new AbortController();
  const tell = (heard: Heard) => port.postMessage(heard);
  port.onmessage = () => {
    offers.delete(id);
    cancelled.abort(new DownloadError("cancelled"));
  };
  offers.set(id, { order, tell, cancelled });
  tell({ kind: "ready" });
}

function answer({ url, method }: Request): Response {
  const id = new URL(url).pathname.slice(SCOPE.length);
  const offer = method === "GET" ? offers.get(id) : undefined;
  if (!offer) return new Response("There is nothing here.\n", { status: 404, headers: NOTHING });
  const { order, tell, cancelled } = offer;
  // Asked for once more while it goes out: whoever asks last gets it.
  tell({ kind: "asked" });
  const hear = {
    taken: (bytes: number) => tell({ kind: "taken", bytes }),
    ended: (why?: DownloadError["why"]) => {
      offers.delete(id);
      tell({ kind: "ended", why });
    },
  };
  return new Response(streamed(order, hear, cancelled.signal), { headers: headersOf(order) });
}
