/** The sealed bytes of a file, one after another, whatever happens to the connection meanwhile. */
import type { Bytes } from "@sealpost/sealed";
import { forgotten } from "@sealpost/sealed/garbage";

import { DownloadError } from "./order.ts";

/** Milliseconds between tries while no byte comes; then it is given up. About two minutes. */
const WAITS = [300, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 45_000];
/**
 * Most bytes of one answer. Firefox takes an answer as fast as it comes and keeps in memory what nobody has read yet, all of it: a
 * file that was asked for at once would be there.
 */
const MOST = 32 * 2 ** 20;
/** A connection that brings nothing for as long is taken for broken, in milliseconds. */
const SILENCE = 45_000;

/** What it takes to ask; tests have their own. */
export interface Asking {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly silence: number;
  /** Most bytes of one answer. */
  readonly most: number;
}

export const ASKING: Asking = {
  fetch: (url, init) => fetch(url, init),
  wait: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, milliseconds);
      signal.addEventListener(
        "abort",
        () => {
          clearTimeout(timer);
          reject(signal.reason);
        },
        { once: true },
      );
    }),
  silence: SILENCE,
  most: MOST,
};

interface From {
  readonly url: string;
  readonly grant: string;
  /** Bytes of all of it. */
  readonly length: number;
}

/**
 * Reads from the first byte to the last, and no further than it is asked to: what nobody takes stays with the service. When a
 * connection breaks, another begins behind the last byte that came. Nothing that comes is trusted: whoever reads opens it.
 */
export class SealedBytes {
  readonly #from: From;
  readonly #signal: AbortSignal;
  readonly #asking: Asking;
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #connection = new AbortController();
  #rest: Uint8Array = new Uint8Array();
  /** The offset of the next byte that comes. */
  #at = 0;
  /** Where the answer that is being read ends. */
  #end = 0;
  #failures = 0;

  constructor(from: From, signal: AbortSignal, asking: Asking = ASKING) {
    this.#from = from;
    this.#signal = signal;
    this.#asking = asking;
    signal.addEventListener("abort", () => this.#drop(), { once: true });
  }

  /** The next `length` bytes. Fails as a `DownloadError`, with `altered` if there are not as many. */
  async read(length: number): Promise<Bytes> {
    const read = new Uint8Array(length);
    for (let filled = 0; filled < length; ) {
      if (this.#rest.length === 0) this.#rest = await this.#more();
      const some = this.#rest.subarray(0, length - filled);
      read.set(some, filled);
      // A browser keeps what came until it is made to look.
      forgotten(some.length);
      filled += some.length;
      this.#rest = this.#rest.subarray(some.length);
    }
    return read;
  }

  /** After the last byte: fails unless it was the last. One of no bytes is asked for here, so that it counts as fetched. */
  async end(): Promise<void> {
    if (this.#rest.length > 0 || this.#at !== this.#from.length) throw new DownloadError("altered");
    if (this.#from.length > 0) return;
    const response = await this.#patiently(() => this.#ask(0));
    if ((await response.arrayBuffer()).byteLength > 0) throw new DownloadError("altered");
  }

  async #more(): Promise<Uint8Array> {
    if (this.#at >= this.#from.length) throw new DownloadError("altered");
    return this.#patiently(async () => {
      if (!this.#reader) {
        this.#end = Math.min(this.#at + this.#asking.most, this.#from.length);
        this.#reader = (await this.#ask(this.#end)).body?.getReader();
      }
      const { value } = (await this.#soon(this.#reader?.read())) ?? {};
      // An end before the end is a connection that broke.
      if (!value) throw new TypeError("it has ended early");
      this.#at += value.length;
      if (this.#at > this.#end) throw new DownloadError("altered");
      // What is left of this answer is its end, which need not be waited for.
      if (this.#at === this.#end) this.#reader = undefined;
      this.#failures = 0;
      return value;
    });
  }

  /** Tries again, a bounded number of times in which nothing comes. */
  async #patiently<T>(step: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        this.#signal.throwIfAborted();
        return await step();
      } catch (error) {
        this.#drop();
        if (this.#signal.aborted) throw this.#signal.reason;
        if (error instanceof DownloadError) throw error;
        const wait = WAITS[this.#failures];
        if (wait === undefined) throw new DownloadError("lost");
        this.#failures += 1;
        await this.#asking.wait(wait, this.#signal);
      }
    }
  }

  /** Asks for what comes next, up to `end`; a file of no bytes has no ranges. */
  async #ask(end: number): Promise<Response> {
    this.#connection = new AbortController();
    const { url, grant, length } = this.#from;
    const response = await this.#soon(
      this.#asking.fetch(url, {
        headers: {
          Authorization: `Bearer ${grant}`,
          ...(length > 0 && { Range: `bytes=${this.#at}-${end - 1}` }),
        },
        cache: "no-store",
        credentials: "omit",
        redirect: "error",
        referrerPolicy: "no-referrer",
        signal: this.#connection.signal,
      }),
    );
    if (response.status >= 500 || [408, 425, 429].includes(response.status)) throw new TypeError("not now");
    if (!response.ok) throw new DownloadError(await whyRefused(response));
    // What nobody has asked for begins somewhere else, and would open nowhere: better said here.
    const wanted = length > 0 ? `bytes ${this.#at}-${end - 1}/${length}` : null;
    const isWhole = response.status === 200 && this.#at === 0 && end === length;
    if (!isWhole && response.headers.get("Content-Range") !== wanted) throw new DownloadError("altered");
    return response;
  }

  /** As it settles, unless that takes too long. */
  async #soon<T>(step: Promise<T> | undefined): Promise<T> {
    const silence = new AbortController();
    const late = this.#asking.wait(this.#asking.silence, silence.signal).then(() => {
      throw new TypeError("nothing comes");
    });
    try {
      return (await Promise.race([step, late])) as T;
    } finally {
      late.catch(() => {});
      silence.abort();
    }
  }

  /** Leaves the connection. */
  #drop(): void {
    this.#reader = undefined;
    this.#connection.abort();
  }
}

/** The service says why by a code; what is no more has none for whoever may not know. */
async function whyRefused(response: Response): Promise<"over" | "used_up"> {
  const said: unknown = await response.json().catch(() => undefined);
  const code = typeof said === "object" && said !== null && "code" in said ? said.code : undefined;
  return code === "downloads_used_up" ? "used_up" : "over";
}
