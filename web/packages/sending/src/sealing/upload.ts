/**
 * A file on its way into a transfer that is sealed here: its parts, one after the other, each under a salt of its own.
 *
 * A part is sealed once as long as the page is open, and what broke off goes again as it was: then there is no doubt which try the
 * service has. After the page was closed the part is sealed anew, and `settle` says what that means.
 */
import { NoConnection, Problem } from "@sealpost/api-client";
import type { Findings } from "@sealpost/content/files";
import { combine, crc32, Key, readId, type UploadKey } from "@sealpost/sealed";
import { type PartSpan, partLength, partSpan, uploadLength } from "@sealpost/sealed/range";

import type { ChosenFile } from "../new/draft.ts";
import { DELAYS, type Events, isPassing, type Running, sha256 } from "../upload/carrier.ts";
import type { FileNotes } from "../upload/notes.ts";
import { OtherFile, read } from "../upload/read.ts";
import type { Into } from "./into.ts";
import { create, offset, patch } from "./patch.ts";
import { Lost, settle } from "./standing.ts";
import { type Attempt, keepAttempts, keepUpload, recallAttempts, recallUpload } from "./vault.ts";

/** Bytes that are read at once to be compared. */
const WINDOW = 4 * 1024 * 1024;
/** Above this the length of what is uploaded does not always say how long its parts are. */
const AMBIGUOUS = 64 * 2 ** 30;

/** What is known of an upload. */
interface Begun {
  readonly id: string;
  readonly key: UploadKey;
  readonly findings: Findings | undefined;
  /** The try that counts of each part that the service has. */
  readonly parts: readonly Attempt[];
  /** All tries at each part. */
  readonly tries: (readonly Attempt[])[];
  /** Whether the file was compared with what is there, or was read for it. */
  readonly isCompared: boolean;
}

/** A sealed part as it goes out. */
interface Outgoing extends Attempt {
  /** Plaintext bytes. */
  readonly length: number;
  /** The browser keeps it, outside of the page's own memory, which the next part gets. */
  readonly body: Blob;
  /** `Upload-Checksum`, if the service has to prove what it has stored. */
  readonly checksum: string | undefined;
}

/** A part that is sealed, or on its way there. */
interface Ready {
  readonly part: Promise<Outgoing>;
  /** Waits for room no longer. */
  readonly giveUp: () => void;
  /** Makes room. */
  readonly give: () => void;
}

export class SealedUpload implements Running {
  #begun: Begun | undefined;
  /** Whether the service has said where it stands since something went wrong. */
  #isSure = false;
  #stop: AbortController | undefined;
  /** Parts that are sealed and not stored yet, by their number. */
  readonly #ready = new Map<number, Ready>();

  constructor(
    private readonly sealing: Into,
    private readonly notes: FileNotes,
    private readonly chosen: ChosenFile,
    private events: Events,
  ) {}

  /** Goes on; `events` are from now on told to whom else it is. */
  start(events: Events = this.events): void {
    this.events = events;
    if (this.#stop) return;
    const stop = new AbortController();
    this.#stop = stop;
    const ended = (tell: () => void) => {
      if (this.#stop !== stop) return;
      this.#stop = undefined;
      this.sealing.sealers.leave(this.chosen.file);
      tell();
    };
    this.#go(stop.signal).then(
      () => ended(() => this.events.onDone()),
      (error) => ended(() => this.events.onFailed(error)),
    );
  }

  abort(): void {
    this.#stop?.abort();
    this.#stop = undefined;
    this.#isSure = false;
    // When it goes on nobody knows; until then the file may be moved or removed.
    this.sealing.sealers.leave(this.chosen.file);
  }

  /** Ends it for good, and gives its memory back. */
  async end(): Promise<void> {
    this.abort();
    await this.#releaseAll();
  }

  /** The parts that make the file, once all of them have arrived. */
  get parts(): (Pick<Begun, "key" | "parts" | "findings"> & { readonly type: string }) | undefined {
    if (!this.#begun || partSpan(this.chosen.file.size, this.#begun.parts.length)) return undefined;
    const { key, parts, findings } = this.#begun;
    return { type: this.chosen.file.type, key, parts, findings };
  }

  /** Whether it brings up this very file. */
  isOf(file: File): boolean {
    return this.chosen.file === file;
  }

  async #go(signal: AbortSignal): Promise<void> {
    for (let failures = 0; ; ) {
      try {
        const step = await this.#step(signal);
        if (step === "done") return;
        if (step === "stored") failures = 0;
      } catch (error) {
        signal.throwIfAborted();
        this.#isSure = false;
        if (error instanceof Lost) await this.#anew();
        const delay = DELAYS[failures];
        failures += 1;
        if (delay === undefined || !passes(error)) {
          // What waits for a network goes on with the same part; what waits for a person makes room for others.
          if (!(error instanceof NoConnection)) await this.#releaseAll();
          throw error;
        }
        this.events.onStalled();
        await pause(delay, signal);
      }
    }
  }

  async #step(signal: AbortSignal): Promise<"asked" | "stored" | "done"> {
    const { file } = this.chosen;
    this.#begun ??= await this.#known();
    const begun = this.#begun;
    if (!begun) {
      this.#begun = await this.#create(signal);
      this.#isSure = true;
      return "asked";
    }
    if (!this.#isSure) {
      await this.#look(begun, signal);
      return "asked";
    }
    const index = begun.parts.length;
    const span = partSpan(file.size, index);
    if (!span) {
      this.notes.change(this.chosen.id, { crc: whole(begun.parts, file.size) });
      return "done";
    }
    await this.#send(begun, index, span, signal);
    return "stored";
  }

  /** What this browser has kept of the upload, if it was begun before. */
  async #known(): Promise<Begun | undefined> {
    const { transfer } = this.sealing;
    const upload = this.notes.get(this.chosen.id)?.upload;
    if (!upload) return undefined;
    const kept = await recallUpload(transfer, upload);
    if (!kept) throw new Lost();
    const tries = [...(await recallAttempts(transfer, upload))];
    const [key, { findings }] = [Key.from<"upload">(kept.key), kept];
    return { id: upload, key, findings, parts: [], tries, isCompared: false };
  }

  async #create(signal: AbortSignal): Promise<Begun> {
    const { id, path, file } = this.chosen;
    const part = file.size > AMBIGUOUS ? partLength(file.size) : undefined;
    const { size, lastModified, type } = file;
    const { transfer, bearer } = this.sealing;
    const findings = await this.sealing.look?.(path, file);
    signal.throwIfAborted();
    const upload = await create(transfer, uploadLength(size), part, signal, bearer);
    const key = Key.generate<"upload">();
    await keepUpload(transfer, upload, { key: key.expose(), type, findings });
    signal.throwIfAborted();
    this.notes.set({ id, path, size, lastModified, marks: [], upload });
    return { id: upload, key, findings, parts: [], tries: [], isCompared: true };
  }

  /** Takes what is there out, and forgets it: the next step begins anew. */
  async #anew(): Promise<void> {
    const { id } = this.chosen;
    const upload = this.#begun?.id ?? this.notes.get(id)?.upload;
    this.#begun = undefined;
    await this.#releaseAll();
    this.notes.change(id, { upload: undefined, crc: undefined });
    this.events.onProgress(0);
    // What stays behind is taken out before the transfer is sent.
    if (upload) await this.sealing.remove(upload).catch(() => {});
  }

  /** Asks how far it is; compares the file with what was sealed of it, where that was before the page was opened. */
  async #look(begun: Begun, signal: AbortSignal): Promise<void> {
    const { size } = this.chosen.file;
    const stored = await offset(begun.id, signal, this.sealing.bearer);
    if (stored === undefined) throw new Lost();
    const parts = settle(begun.parts, begun.tries, stored, size);
    if (!begun.isCompared) await this.#compare(parts, signal);
    for (let index = 0; index < parts.length; index += 1) await this.#release(index);
    this.#begun = { ...begun, parts, isCompared: true };
    this.#isSure = true;
    this.events.onProgress(partSpan(size, parts.length)?.start ?? size);
  }

  async #compare(parts: readonly Attempt[], signal: AbortSignal): Promise<void> {
    const { file } = this.chosen;
    for (const [index, { crc32: kept }] of parts.entries()) {
      const { start, end } = partSpan(file.size, index) as PartSpan;
      let sum = 0;
      for (let at = start; at < end; at += WINDOW) {
        signal.throwIfAborted();
        const until = Math.min(end, at + WINDOW);
        sum = crc32(await read(file, at, until), sum);
        this.events.onChecked(until);
      }
      if (sum !== kept) throw new OtherFile();
    }
  }

  async #send(begun: Begun, index: number, span: PartSpan, signal: AbortSignal): Promise<void> {
    const { transfer, bearer } = this.sealing;
    const part = await this.#sealed(begun, index).part;
    signal.throwIfAborted();
    const attempt = { salt: part.salt, crc32: part.crc32 };
    const before = begun.tries[index] ?? [];
    if (!before.some(({ salt }) => isSame(salt, attempt.salt))) {
      const tries = [...before, attempt];
      // One try that nobody remembers among others would be taken for another of them.
      if (!(await keepAttempts(transfer, begun.id, index, tries)) && before.length > 0) throw new Lost();
      begun.tries[index] = tries;
    }
    // While this one goes, the next is sealed.
    if (partSpan(this.chosen.file.size, index + 1)) this.#sealed(begun, index + 1).part.catch(() => {});
    const onProgress = (bytes: number) => {
      if (signal.aborted) return;
      const share = Math.min(1, bytes / part.body.size);
      this.events.onProgress(span.start + Math.floor(share * part.length));
    };
    const { body, checksum } = part;
    await patch(begun.id, span.sealedStart, body, { onProgress, signal, bearer, checksum });
    if (before.length > 0) await keepAttempts(transfer, begun.id, index, [attempt]);
    begun.tries[index] = [attempt];
    this.#begun = { ...begun, parts: [...begun.parts, attempt] };
    await this.#release(index);
    if (!signal.aborted) this.events.onProgress(span.end);
  }

  /** The part with this number, which is sealed once. */
  #sealed(begun: Begun, index: number): Ready {
    const known = this.#ready.get(index);
    if (known) return known;
    const { file } = this.chosen;
    const span = partSpan(file.size, index) as PartSpan;
    const { sealers, room, place } = this.sealing;
    const waiting = new AbortController();
    let give = () => {};
    const seal = async () => {
      give = await room.take(span.sealedEnd - span.sealedStart, waiting.signal);
      const at = { tenant: place.tenant, upload: readId(begun.id), sequence: BigInt(index) };
      const part = await sealers.seal(file, begun.key, at, span);
      const { salt, crc32, length, bytes } = part;
      const checksum = this.chosen.proved ? await sha256(bytes) : undefined;
      const body = new Blob([bytes]);
      sealers.recycle(part);
      return { salt, crc32, length, body, checksum };
    };
    const ready = { part: seal(), giveUp: () => waiting.abort(), give: () => give() };
    // What has failed is tried again by the next step.
    ready.part.catch(() => {
      give();
      if (this.#ready.get(index) === ready) this.#ready.delete(index);
    });
    this.#ready.set(index, ready);
    return ready;
  }

  /** Forgets a part. */
  async #release(index: number): Promise<void> {
    const ready = this.#ready.get(index);
    if (!ready) return;
    this.#ready.delete(index);
    ready.giveUp();
    await ready.part.catch(() => {});
    ready.give();
  }

  async #releaseAll(): Promise<void> {
    await Promise.all([...this.#ready.keys()].map((index) => this.#release(index)));
  }
}

/** CRC-32 of all parts together. */
export function whole(parts: readonly Attempt[], size: number): number {
  return parts.reduce((sum, part, index) => {
    const { start, end } = partSpan(size, index) as PartSpan;
    return combine(sum, part.crc32, end - start);
  }, 0);
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.every((byte, at) => byte === other[at]);
}

/** Whether it may be otherwise after a while. */
function passes(error: unknown): boolean {
  if (error instanceof Problem) return isPassing(error);
  return error instanceof NoConnection || error instanceof Lost;
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((done, failed) => {
    const giveUp = () => {
      clearTimeout(timer);
      failed(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", giveUp);
      done();
    }, milliseconds);
    signal.addEventListener("abort", giveUp);
  });
}
