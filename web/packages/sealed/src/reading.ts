/**
 * Files that are read part by part, through streams that keep their places: the part behind the last one read goes on where that
 * ended, which costs a browser less than to begin anew.
 */
import type { Bytes } from "./bytes.ts";
import { SealedError } from "./error.ts";
import { CHUNK_LENGTH } from "./range.ts";

/** Bytes that are read at a time, whole chunks: no part is in memory beside what it becomes. */
const WINDOW = 64 * CHUNK_LENGTH;
/** Streams that wait for a next part, at most: with each the browser keeps a file open. */
const WAITING = 4;

/** Bytes of a file. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Has to be held by something that lasts, as a module or a listener: Chromium collects a stream of a file when only those who wait for
 * its bytes lead to it, and them as well, so that a read which is under way is neither answered nor fails.
 */
export class Readings {
  #waiting: Reading[] = [];
  /** Windows that nobody reads into now: memory that is new is dear. */
  readonly #spare: ArrayBuffer[] = [];
  /** What is read now, and held by this. */
  readonly #under = new Set<Reading>();

  /**
   * What a file has in a span, `WINDOW` at a time and what is left; of no bytes at all one window of none. A window is read while the
   * one before is used, and is no more when the next is asked for. `file` is the same number for the same file. Fails with `source`
   * when the file cannot be read, has fewer bytes than it has said, or has changed.
   */
  async *windows(file: number, blob: Blob, { start, end }: Span): AsyncGenerator<Bytes> {
    if (start === end) yield new Uint8Array();
    if (start >= end) return;
    const reading = this.#take(file, blob, start);
    this.#under.add(reading);
    try {
      const read = async () => reading.read(this.#spare.pop() ?? new ArrayBuffer(WINDOW), end);
      let [ahead, unchanged] = [read(), Promise.resolve()];
      for (let at = start; at < end; ) {
        const window = await ahead;
        at += window.length;
        if (at < end) ahead = read();
        else unchanged = isAsChosen(blob, end);
        // Who fails meanwhile waits for neither.
        for (const step of [ahead, unchanged]) step.catch(() => {});
        yield window;
        this.#spare.push(window.buffer);
      }
      await unchanged;
      if (!reading.isLeft && end < blob.size) this.#waiting.push(reading);
    } finally {
      this.#under.delete(reading);
      if (!this.#waiting.includes(reading)) reading.cancel();
      for (const one of this.#waiting.splice(0, this.#waiting.length - WAITING)) one.cancel();
    }
  }

  /** Nothing more of this file is wanted for now: it is closed, when what is under way has been read. */
  leave(file: number): void {
    for (const reading of this.#under) if (reading.file === file) reading.isLeft = true;
    for (const reading of this.#waiting) if (reading.file === file) reading.cancel();
    this.#waiting = this.#waiting.filter((reading) => reading.file !== file);
  }

  #take(file: number, blob: Blob, start: number): Reading {
    const found = this.#waiting.find((reading) => reading.file === file && reading.at === start);
    this.#waiting = this.#waiting.filter((reading) => reading !== found);
    return found ?? new Reading(file, blob, start);
  }
}

/** A stream over the rest of a file. */
class Reading {
  isLeft = false;
  readonly #source: Source;

  constructor(
    readonly file: number,
    blob: Blob,
    public at: number,
  ) {
    this.#source = sourceOf(blob.slice(at).stream());
  }

  /** The next bytes up to `end`, as many as `memory` holds, which is gone afterwards. */
  async read(memory: ArrayBuffer, end: number): Promise<Bytes> {
    const length = Math.min(memory.byteLength, end - this.at);
    let [buffer, filled] = [memory, 0];
    while (filled < length) {
      const some = await this.#source.read(new Uint8Array(buffer, filled, length - filled)).catch(unreadable);
      if (!some?.length) throw new SealedError("source");
      [buffer, filled] = [some.buffer, filled + some.length];
    }
    this.at += length;
    return new Uint8Array(buffer, 0, length);
  }

  cancel(): void {
    this.#source.cancel().catch(() => {});
  }
}

interface Source {
  /** Reads into `room`, and gives what of it was filled, perhaps at another address; nothing at the end. */
  read(room: Bytes): Promise<Bytes | undefined>;
  cancel(): Promise<void>;
}

function sourceOf(stream: ReadableStream<Bytes>): Source {
  try {
    const reader = stream.getReader({ mode: "byob" });
    return { read: async (room) => (await reader.read(room)).value, cancel: () => reader.cancel() };
  } catch {
    // Browsers whose streams of files fill no memory of others.
    const reader = stream.getReader();
    let rest: Bytes | undefined;
    const read = async (room: Bytes) => {
      if (!rest?.length) rest = (await reader.read()).value;
      const some = rest?.subarray(0, room.length) ?? new Uint8Array();
      room.set(some);
      rest = rest?.subarray(some.length);
      return room.subarray(0, some.length);
    };
    return { read, cancel: () => reader.cancel() };
  }
}

/**
 * Browsers that refuse to read what was changed since it was chosen look at it when reading begins, so it is begun once more behind
 * what was read: a stream that was open before goes on with whatever comes.
 */
async function isAsChosen(blob: Blob, end: number): Promise<void> {
  const { byteLength } = await blob
    .slice(end - 1, end)
    .arrayBuffer()
    .catch(unreadable);
  if (byteLength !== 1) throw new SealedError("source");
}

function unreadable(error: unknown): never {
  throw new SealedError("source", "", error);
}
