/** What is being saved on this page, and how far it has come. */
import { forgotten } from "@sealpost/sealed/garbage";
import { Meter } from "@sealpost/sending/upload/meter.ts";

import { keepsBeginnings } from "./beginnings.ts";
import { DownloadError, type Failure, type Order } from "./order.ts";
import { MOST_IN_MEMORY, type save, TooBig } from "./ways.ts";

export type Download =
  | {
      readonly state: "running";
      readonly taken: number;
      readonly length: number;
      readonly speed: number | undefined;
    }
  | { readonly state: "saved" }
  | {
      readonly state: "failed";
      readonly why: Failure | "too_big";
      /** Its beginning may be on the disk under its name. */
      readonly left?: boolean;
    };

/** Milliseconds between two looks at how far it has come. */
const TELL = 250;
/** At least as many bytes as a browser has drawn the page with from one look to the next, and keeps until it is made to look. */
const DRAWN = 2 ** 20;

type Save = typeof save;

/** Several at once, each under a name of its own: for `useSyncExternalStore`. */
export class Downloads {
  #known: ReadonlyMap<string, Download> = new Map();
  readonly #running = new Map<string, AbortController>();
  readonly #listeners = new Set<() => void>();

  constructor(private readonly save: Save) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): ReadonlyMap<string, Download> => this.#known;

  /** Begins, unless it runs already. */
  async begin(name: string, order: Order): Promise<void> {
    if (this.#running.has(name)) return;
    const cancelled = new AbortController();
    this.#running.set(name, cancelled);
    const meter = new Meter();
    let [taken, told] = [0, 0];
    const running = () =>
      this.#tell(name, { state: "running", taken, length: order.length, speed: meter.speed });
    running();
    try {
      await this.save(
        order,
        (bytes) => {
          // What was on its way when it ended must not make it run again.
          if (this.#running.get(name) !== cancelled) return;
          taken += bytes;
          const now = Date.now();
          if (now - told < TELL) return;
          told = now;
          meter.note(taken, now);
          forgotten(DRAWN);
          running();
        },
        cancelled.signal,
      );
      this.#tell(name, { state: "saved" });
    } catch (error) {
      const left = keepsBeginnings() && taken > 0 && order.length > MOST_IN_MEMORY;
      this.#tell(name, { state: "failed", why: whyFailed(error), ...(left && { left }) });
    } finally {
      this.#running.delete(name);
    }
  }

  cancel(name: string): void {
    this.#running.get(name)?.abort(new DownloadError("cancelled"));
  }

  cancelAll(): void {
    for (const name of this.#running.keys()) this.cancel(name);
  }

  #tell(name: string, download: Download): void {
    this.#known = new Map(this.#known).set(name, download);
    for (const listener of this.#listeners) listener();
  }
}

/** Whether anything would be lost if the page were left. */
export function isRunning(downloads: ReadonlyMap<string, Download>): boolean {
  return [...downloads.values()].some(({ state }) => state === "running");
}

function whyFailed(error: unknown): Failure | "too_big" {
  if (error instanceof TooBig) return "too_big";
  return error instanceof DownloadError ? error.why : "unsaved";
}
