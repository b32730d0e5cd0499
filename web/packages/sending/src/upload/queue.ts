/** The files of a transfer on their way, a few at a time. */
import { NoConnection } from "@sealpost/api-client";

import type { ChosenFile } from "../new/draft.ts";
import type { Carries, Events, Running } from "./carrier.ts";
import { Meter } from "./meter.ts";
import { FileChanged, OtherFile } from "./read.ts";

/**
 * `missing`: begun before the page was opened, and the browser needs the file once more. `checking`: what is there of it is
 * compared with it.
 */
export type FileState = "missing" | "waiting" | "checking" | "uploading" | "done" | "failed";

export interface FileProgress {
  readonly id: string;
  /** Folders and name, as it was chosen. */
  readonly path: string;
  readonly size: number;
  readonly state: FileState;
  /** Bytes that have gone. */
  readonly sent: number;
  /** Bytes that were compared, while it is checked. */
  readonly checked?: number | undefined;
  /** Whether it has broken off, and is tried again by itself. */
  readonly stalled?: boolean | undefined;
  readonly error?: Error | undefined;
}

export interface Progress {
  readonly files: readonly FileProgress[];
  readonly paused: boolean;
  /** Bytes in a second. */
  readonly speed: number | undefined;
}

/** More at once would take room from each other. */
const AT_ONCE = 2;

/** A store, as `useSyncExternalStore` reads it: every change is another snapshot. */
export class UploadQueue {
  #progress: Progress;
  /** The files themselves, as far as they are here. */
  readonly #chosen = new Map<string, ChosenFile>();
  readonly #running = new Map<string, Running>();
  readonly #listeners = new Set<() => void>();
  readonly #meter = new Meter();

  /** `begun`: what was there before, `missing` or `done`. */
  constructor(
    private readonly carrier: Carries,
    begun: readonly FileProgress[] = [],
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#progress = { files: begun, paused: false, speed: undefined };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): Progress => this.#progress;

  /** Brings up more files. */
  add(files: readonly ChosenFile[]): void {
    for (const chosen of files) this.#chosen.set(chosen.id, chosen);
    const fresh = files.map(
      ({ id, path, file }): FileProgress => ({ id, path, size: file.size, state: "waiting", sent: 0 }),
    );
    this.#set({ files: [...this.#progress.files, ...fresh] });
    this.#fill();
  }

  /** The files themselves, in order; nothing if one of them is not here. */
  chosen(): readonly ChosenFile[] | undefined {
    const all = this.#progress.files.flatMap(({ id }) => this.#chosen.get(id) ?? []);
    return all.length === this.#progress.files.length ? all : undefined;
  }

  /** The file that goes on: one that was missing, or could not be read. `proved` as a [`ChosenFile`] has it. */
  give(id: string, file: File, proved = this.#chosen.get(id)?.proved): void {
    const known = this.#find(id);
    if (!known) return;
    this.#chosen.set(id, { id, file, path: known.path, proved });
    this.#running.delete(id);
    this.retry(id);
  }

  /** Another file was chosen than the one that was begun: a person says what is to be. */
  refuse(id: string, file: File): void {
    const known = this.#find(id);
    if (!known) return;
    this.#chosen.set(id, { id, file, path: known.path });
    this.#change(id, { state: "failed", checked: undefined, error: new OtherFile() });
  }

  /** Begins a file from its first byte, with this in place of what is there of it; with what was chosen last if absent. */
  async replace(id: string, file: File | undefined = this.#chosen.get(id)?.file): Promise<void> {
    const known = this.#find(id);
    if (!known || !file) return;
    this.#end(id);
    this.#change(id, { state: "checking", checked: undefined, size: file.size, sent: 0, error: undefined });
    // What stays behind is taken out before the transfer is sent.
    await this.carrier.drop(id).catch(() => {});
    if (!this.#find(id)) return;
    this.#chosen.set(id, { id, file, path: known.path });
    this.retry(id);
  }

  /** Stops where it stands; what is stored stays. */
  pause(): void {
    for (const file of this.#progress.files) if (isGoing(file)) this.#running.get(file.id)?.abort();
    this.#meter.stop();
    this.#set({ paused: true, speed: undefined });
  }

  /** Goes on, also with what has failed for want of a network. */
  resume(): void {
    const { paused } = this.#progress;
    this.#set({ paused: false });
    for (const file of this.#progress.files) {
      const { id, state, error } = file;
      // What goes on by itself must not be started twice.
      if (isGoing(file) && paused) this.#running.get(id)?.start();
      else if (state === "failed" && error instanceof NoConnection) this.retry(id);
    }
    this.#fill();
  }

  /** Tries a file once more. */
  retry(id: string): void {
    this.#change(id, { state: this.#chosen.has(id) ? "waiting" : "missing", error: undefined });
    this.#fill();
  }

  /** Cannot go as it is, whatever was thought of it: what has arrived is not what was read, or may not be sent. */
  doubt(id: string, error: Error = new FileChanged()): void {
    this.#running.delete(id);
    this.#change(id, { state: "failed", error });
  }

  /** Leaves a file out. */
  remove(id: string): void {
    this.#end(id);
    this.#chosen.delete(id);
    this.#set({ files: this.#progress.files.filter((file) => file.id !== id) });
    // What stays behind is taken out before the transfer is sent.
    void this.carrier.drop(id).catch(() => {});
    this.#fill();
  }

  /** Ends everything: nobody waits for it any more. */
  stop(): void {
    this.#listeners.clear();
    for (const running of this.#running.values()) running.abort();
    this.#set({ paused: true });
  }

  #find(id: string): FileProgress | undefined {
    return this.#progress.files.find((file) => file.id === id);
  }

  #end(id: string): void {
    this.#running.get(id)?.abort();
    this.#running.delete(id);
  }

  #fill(): void {
    if (this.#progress.paused) return;
    const { files } = this.#progress;
    const busy = files.filter(isGoing).length;
    const next = files.filter(({ state }) => state === "waiting").slice(0, Math.max(0, AT_ONCE - busy));
    for (const { id } of next) void this.#start(id);
  }

  async #start(id: string): Promise<void> {
    const chosen = this.#chosen.get(id);
    if (!chosen) return;
    this.#change(id, { state: "uploading", stalled: false });
    const known = this.#running.get(id);
    if (known) return known.start();
    // What was replaced or left out meanwhile has nothing more to say.
    const counts = () => this.#chosen.get(id) === chosen;
    const failed = (error: Error) => {
      if (!counts()) return;
      // All but a network that is away is asked anew: how far it is may not be what it was.
      if (!(error instanceof NoConnection)) this.#running.delete(id);
      this.#change(id, { state: "failed", checked: undefined, error });
      this.#fill();
    };
    const events: Events = {
      onChecked: (checked) => counts() && this.#change(id, { state: "checking", checked }),
      onProgress: (sent) =>
        counts() && this.#change(id, { state: "uploading", checked: undefined, stalled: false, sent }),
      onStalled: () => counts() && this.#change(id, { stalled: true }),
      onDone: () => {
        if (!counts()) return;
        this.#change(id, { state: "done", checked: undefined, sent: chosen.file.size });
        this.#fill();
      },
      onFailed: failed,
    };
    try {
      const running = await this.carrier.begin(chosen, events);
      if (!counts()) return running.abort();
      this.#running.set(id, running);
      if (this.#progress.paused) running.abort();
    } catch (error) {
      failed(error instanceof Error ? error : new NoConnection());
    }
  }

  #change(id: string, change: Partial<FileProgress>): void {
    const files = this.#progress.files.map((file) => (file.id === id ? { ...file, ...change } : file));
    if (!this.#progress.paused) this.#meter.note(sent(files), this.now());
    this.#set({ files, speed: this.#meter.speed });
  }

  #set(change: Partial<Progress>): void {
    this.#progress = { ...this.#progress, ...change };
    for (const listener of this.#listeners) listener();
  }
}

function isGoing({ state }: FileProgress): boolean {
  return state === "uploading" || state === "checking";
}

/** Bytes that have gone, of all files together. */
export function sent(files: readonly FileProgress[]): number {
  return files.reduce((sum, file) => sum + file.sent, 0);
}

/** Bytes of all files together. */
export function whole(files: readonly FileProgress[]): number {
  return files.reduce((sum, file) => sum + file.size, 0);
}

/** Whether nothing is missing any more. */
export function isComplete({ files }: Progress): boolean {
  return files.length > 0 && files.every(({ state }) => state === "done");
}

/** Whether anything moves, or will by itself. */
export function isMoving({ files, paused }: Progress): boolean {
  return !paused && files.some(({ state }) => ["waiting", "checking", "uploading"].includes(state));
}

/** Whether the file itself is the trouble, and another has to be chosen. */
export function needsFile({ state, error }: FileProgress): boolean {
  return state === "missing" || error instanceof FileChanged || error instanceof OtherFile;
}
