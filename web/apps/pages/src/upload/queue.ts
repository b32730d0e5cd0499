/** The files of a transfer on their way, a few at a time. */
import { NoConnection } from "@sealpost/api-client";
import type { Upload } from "tus-js-client";

import type { ChosenFile } from "../new/draft.ts";
import { Meter } from "./meter.ts";
import { type Events, upload } from "./upload.ts";

export type FileState = "waiting" | "uploading" | "done" | "failed";

export interface FileProgress {
  readonly chosen: ChosenFile;
  readonly state: FileState;
  /** Bytes that have gone. */
  readonly sent: number;
  readonly error?: Error | undefined;
}

export interface Progress {
  readonly files: readonly FileProgress[];
  readonly paused: boolean;
  /** Bytes in a second. */
  readonly speed: number | undefined;
}

type Running = Pick<Upload, "abort" | "start" | "url">;
type Begin = (transfer: string, file: ChosenFile, events: Events) => Promise<Running>;

/** More at once would take room from each other. */
const AT_ONCE = 2;

/** A store, as `useSyncExternalStore` reads it: every change is another snapshot. */
export class UploadQueue {
  #progress: Progress;
  readonly #running = new Map<string, Running>();
  readonly #listeners = new Set<() => void>();
  readonly #meter = new Meter();

  constructor(
    readonly transfer: string,
    files: readonly ChosenFile[],
    private readonly begin: Begin = upload,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#progress = {
      files: files.map((chosen) => ({ chosen, state: "waiting", sent: 0 })),
      paused: false,
      speed: undefined,
    };
    this.#fill();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): Progress => this.#progress;

  /** Stops where it stands; what is stored stays. */
  pause(): void {
    for (const { chosen, state } of this.#progress.files) {
      if (state === "uploading") void this.#running.get(chosen.id)?.abort();
    }
    this.#meter.stop();
    this.#set({ paused: true, speed: undefined });
  }

  /** Goes on, also with what has failed for want of a network. */
  resume(): void {
    const { paused } = this.#progress;
    this.#set({ paused: false });
    for (const { chosen, state, error } of this.#progress.files) {
      // What goes on by itself must not be started twice.
      if (state === "uploading" && paused) this.#running.get(chosen.id)?.start();
      else if (state === "failed" && error instanceof NoConnection) this.retry(chosen.id);
    }
    this.#fill();
  }

  /** Tries a file once more. */
  retry(id: string): void {
    this.#change(id, { state: "waiting", error: undefined });
    this.#fill();
  }

  /** Leaves a file out. */
  remove(id: string): void {
    void this.#running.get(id)?.abort();
    this.#running.delete(id);
    this.#set({ files: this.#progress.files.filter(({ chosen }) => chosen.id !== id) });
    this.#fill();
  }

  /** The ids that the service knows the files by which are to be sent; whatever else it has was left out. */
  kept(): ReadonlySet<string> {
    const addresses = this.#progress.files.map(({ chosen }) => this.#running.get(chosen.id)?.url ?? "");
    return new Set(addresses.map((address) => address.slice(address.lastIndexOf("/") + 1)));
  }

  /** Ends everything: nobody waits for it any more. */
  stop(): void {
    this.#listeners.clear();
    for (const running of this.#running.values()) void running.abort();
    this.#set({ paused: true });
  }

  #fill(): void {
    if (this.#progress.paused) return;
    const free = AT_ONCE - this.#progress.files.filter(({ state }) => state === "uploading").length;
    const next = this.#progress.files.filter(({ state }) => state === "waiting").slice(0, Math.max(0, free));
    for (const { chosen } of next) void this.#start(chosen);
  }

  async #start(chosen: ChosenFile): Promise<void> {
    const { id, file } = chosen;
    this.#change(id, { state: "uploading" });
    const known = this.#running.get(id);
    if (known) return known.start();
    const failed = (error: Error) => {
      this.#change(id, { state: "failed", error });
      this.#fill();
    };
    const events: Events = {
      onProgress: (sent) => this.#change(id, { sent }),
      onDone: () => {
        this.#change(id, { state: "done", sent: file.size });
        this.#fill();
      },
      onFailed: failed,
    };
    try {
      const running = await this.begin(this.transfer, chosen, events);
      this.#running.set(id, running);
      // Somebody may have changed his mind meanwhile.
      const now = this.#progress.files.find((other) => other.chosen.id === id);
      if (!now || this.#progress.paused) void running.abort();
    } catch {
      // The uploader itself could not be fetched.
      failed(new NoConnection());
    }
  }

  #change(id: string, change: Partial<FileProgress>): void {
    const files = this.#progress.files.map((file) => (file.chosen.id === id ? { ...file, ...change } : file));
    if (!this.#progress.paused) this.#meter.note(sent(files), this.now());
    this.#set({ files, speed: this.#meter.speed });
  }

  #set(change: Partial<Progress>): void {
    this.#progress = { ...this.#progress, ...change };
    for (const listener of this.#listeners) listener();
  }
}

/** Bytes that have gone, of all files together. */
export function sent(files: readonly FileProgress[]): number {
  return files.reduce((sum, file) => sum + file.sent, 0);
}

/** Whether nothing is missing any more. */
export function isComplete({ files }: Progress): boolean {
  return files.length > 0 && files.every(({ state }) => state === "done");
}
