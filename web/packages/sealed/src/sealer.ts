/** The page's side of the worker. */
import type { PartPlace } from "./context.ts";
import { SealedError } from "./error.ts";
import { Key, type PasswordKey, type UploadKey } from "./key.ts";
import type { SealedPart } from "./part.ts";
import { encodePasswordParameters, type PasswordParameters } from "./password.ts";
import type { Answer, Line, Request, Tasks } from "./protocol.ts";
import type { Span } from "./reading.ts";

/** Tasks that the worker has at once: while one is read or handed over, another is sealed. */
const AT_ONCE = 2;

/** A worker, or what stands for one. */
export interface Peer extends Line {
  addEventListener(type: "message", listener: (event: MessageEvent) => void): void;
  addEventListener(type: "error" | "messageerror", listener: (event: Event) => void): void;
  terminate(): void;
}

interface Waiting {
  readonly request: Request;
  readonly resolve: (done: Tasks[keyof Tasks]["done"]) => void;
  readonly reject: (why: unknown) => void;
}

/** Has a worker seal and derive, in the order in which it is asked, a few at once; the others wait here. */
export class Sealer {
  readonly #peer: Peer;
  readonly #atOnce: number;
  #next = 0;
  #queue: Waiting[] = [];
  readonly #running = new Map<number, Waiting>();
  #spare: ArrayBuffer[] = [];
  /** Numbers of the files that the worker may have open. */
  readonly #files = new WeakMap<Blob, number>();
  #over: SealedError | undefined;

  constructor(peer: Peer, atOnce: number = AT_ONCE) {
    this.#peer = peer;
    this.#atOnce = atOnce;
    peer.addEventListener("message", ({ data }) => this.#hear(data as Answer));
    // The script has not come, or what has been sent cannot be read: nothing that waits will be answered.
    for (const type of ["error", "messageerror"] as const)
      peer.addEventListener(type, () => this.#end(new SealedError("worker")));
  }

  /**
   * Seals what a file has in `span`, up to 64 MiB, under a salt of its own; all of it if none is given. What comes behind the span that
   * was asked for before is read on: the worker keeps the file open for it until its end, a failure, or `leave`. Fails as `sealWindows`.
   */
  seal(
    source: Blob,
    key: UploadKey,
    place: PartPlace,
    { start, end }: Span = { start: 0, end: source.size },
    signal?: AbortSignal,
  ): Promise<SealedPart> {
    const wanted = { source, span: { start, end }, key: key.expose(), place };
    // Whoever leaves the file before this begins leaves nothing open.
    return this.#ask("seal", { ...wanted, file: 0, memory: undefined }, signal);
  }

  /** Closes a file of which nothing more is wanted for now. */
  leave(source: Blob): void {
    const file = this.#files.get(source);
    if (file === undefined) return;
    this.#files.delete(source);
    this.#peer.postMessage({ leave: file }, []);
  }

  /**
   * Takes the memory of a part that was sent, for one of the next, and the part is no more. Whoever forgets it costs the page memory: a
   * browser looks for what nobody uses only when there is much of it.
   */
  recycle({ bytes }: SealedPart): void {
    const { buffer } = bytes;
    // What was handed over has no bytes left.
    const isNew = buffer.byteLength > 0 && !this.#spare.includes(buffer);
    if (isNew && this.#spare.length < this.#atOnce) this.#spare.push(buffer);
  }

  /** The key that a password makes with these parameters. Fails as `derivePasswordKey`. */
  async derive(password: string, parameters: PasswordParameters, signal?: AbortSignal): Promise<PasswordKey> {
    const wanted = { password, parameters: encodePasswordParameters(parameters) };
    return Key.from(await this.#ask("derive", wanted, signal));
  }

  /** Ends the worker and what it does; whoever waits hears `closed`. */
  close(): void {
    this.#end(new SealedError("closed"));
  }

  #ask<Name extends keyof Tasks>(
    task: Name,
    wanted: Tasks[Name]["wanted"],
    signal?: AbortSignal,
  ): Promise<Tasks[Name]["done"]> {
    return new Promise((resolve, reject) => {
      if (this.#over) throw this.#over;
      signal?.throwIfAborted();
      this.#next += 1;
      const request = { id: this.#next, task, wanted } as Request;
      const settled = () => signal?.removeEventListener("abort", giveUp);
      const waiting: Waiting = {
        request,
        resolve: (done) => {
          settled();
          resolve(done as Tasks[Name]["done"]);
        },
        reject: (why) => {
          settled();
          reject(why);
        },
      };
      // What the worker has begun it ends, and keeps its place until then; nobody hears of it.
      const giveUp = () => {
        this.#queue = this.#queue.filter((other) => other !== waiting);
        waiting.reject(signal?.reason);
      };
      signal?.addEventListener("abort", giveUp);
      this.#queue.push(waiting);
      this.#send();
    });
  }

  #send(): void {
    while (this.#running.size < this.#atOnce) {
      const waiting = this.#queue.shift();
      if (!waiting) return;
      const { request } = waiting;
      this.#running.set(request.id, waiting);
      if (request.task !== "seal") this.#peer.postMessage(request, []);
      else {
        const memory = this.#spare.pop();
        const wanted = { ...request.wanted, file: this.#numberOf(request.wanted.source), memory };
        this.#peer.postMessage({ ...request, wanted }, memory ? [memory] : []);
      }
    }
  }

  #numberOf(source: Blob): number {
    this.#next += 1;
    const file = this.#files.get(source) ?? this.#next;
    this.#files.set(source, file);
    return file;
  }

  #hear(answer: Answer): void {
    const waiting = this.#running.get(answer.id);
    this.#running.delete(answer.id);
    if ("done" in answer) waiting?.resolve(answer.done);
    else waiting?.reject(new SealedError(answer.failed.kind, answer.failed.more));
    this.#send();
  }

  #end(why: SealedError): void {
    if (this.#over) return;
    this.#over = why;
    this.#peer.terminate();
    const waiting = [...this.#running.values(), ...this.#queue];
    this.#running.clear();
    this.#queue = [];
    this.#spare = [];
    for (const { reject } of waiting) reject(why);
  }
}
