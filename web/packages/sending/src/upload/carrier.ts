/**
 * Files on their way into one transfer, by tus 1.0.0. What the service acknowledges is stored: whatever breaks off goes on from
 * there, also after the page was closed, as long as the file is the same.
 */
import { answer, NoConnection, Problem } from "@sealpost/api-client";
import { api, carried, part, renewed } from "@sealpost/ui";
import type { DetailedError, Upload } from "tus-js-client";

import type { ChosenFile } from "../new/draft.ts";
import { Digest } from "./digest.ts";
import { FileNotes } from "./notes.ts";
import { compare, FileChanged, read, readUpTo } from "./read.ts";

export interface Events {
  /** Bytes of the file that the service has been asked about were compared. */
  readonly onChecked: (bytes: number) => void;
  readonly onProgress: (bytes: number) => void;
  /** It has broken off, and is tried again by itself. */
  readonly onStalled: () => void;
  readonly onDone: () => void;
  readonly onFailed: (error: Error) => void;
}

/** A file on its way. */
export interface Running {
  readonly start: () => void;
  readonly abort: () => void;
}

/** What brings files up, as a queue needs it. */
export interface Carries {
  readonly begin: (file: ChosenFile, events: Events) => Promise<Running>;
  /** Takes what is there of a file out of the transfer, and forgets it. */
  readonly drop: (id: string) => Promise<void>;
}

/** Where files go. */
export interface Destination {
  readonly transfer: string;
  /** The right to add files, unless the session's cookie has it. */
  readonly bearer?: string | undefined;
}

/** A request brings as much; it is read whole, so that what is compared is what was sent. */
const CHUNK = 16 * 1024 * 1024;
/** Milliseconds until the next try, after which it waits for a person, or for the network. */
export const DELAYS: readonly number[] = [0, 1000, 3000, 5000, 10_000, 20_000];
/** Refusals that pass: another one is writing, wait, or the offset has to be asked for. */
const PASSING = [408, 409, 423, 429, 460];
/** Problems with these statuses that do not pass all the same. */
const LASTING: readonly (string | undefined)[] = ["limit_reached", "quota_used_up", "state_conflict"];

export class Carrier implements Carries {
  readonly #digests = new Map<string, Digest>();

  constructor(
    private readonly to: Destination,
    readonly notes: FileNotes = new FileNotes(),
  ) {}

  readonly begin = async (chosen: ChosenFile, events: Events): Promise<Running> => {
    const { id, file, path } = chosen;
    // The uploader comes when it is needed, and not with the page.
    const tus = await part(() => import("tus-js-client"));
    const begun = await this.#goOn(chosen, events);
    const digest = this.#digests.get(id) ?? new Digest();
    this.#digests.set(id, digest);
    if (!begun) {
      const { size, lastModified } = file;
      this.notes.set({ id, path, size, lastModified, marks: [] });
    }
    const done = () => {
      this.notes.change(id, { marks: [], crc: digest.crc });
      this.#digests.delete(id);
      events.onDone();
    };
    const finish = () =>
      // What was there already, all of it, was not read by anybody yet.
      readUpTo(file, file.size, digest, events.onChecked).then(done, (error) =>
        events.onFailed(reason(error)),
      );
    const session = new RunningSession(this.to.bearer);
    let pauses = 0;
    // A request that was opened before a pause is not sent after it: Chromium has taken its headers.
    const unlessPaused = async <T>(work: () => Promise<T>): Promise<T> => {
      const before = pauses;
      const done = await work();
      return before === pauses ? done : new Promise<never>(() => {});
    };
    // What was read last, as the service is to find it.
    let checksum: string | undefined;
    const sending: Upload = new tus.Upload(file, {
      // Without an endpoint nothing is begun anew because the service could not say how far it is.
      endpoint: begun ? null : `/api/v1/transfers/${this.to.transfer}/files`,
      uploadUrl: begun ? `/api/v1/uploads/${begun}` : null,
      metadata: {
        filename: file.name,
        filetype: file.type,
        ...(path !== file.name && { relativePath: path }),
      },
      // Each time anew: an upload may outlive the session that it began with.
      onBeforeRequest: async (request) => {
        const headers = await unlessPaused(() => session.headers());
        for (const [name, value] of Object.entries(headers)) request.setHeader(name, value);
        if (checksum && request.getMethod() === "PATCH") request.setHeader("Upload-Checksum", checksum);
      },
      chunkSize: CHUNK,
      retryDelays: [...DELAYS],
      // Our own notes know more.
      storeFingerprintForResuming: false,
      fileReader: {
        openFile: async () => ({
          size: file.size,
          slice: (start, end) =>
            unlessPaused(async () => {
              await readUpTo(file, start, digest);
              const bytes = await read(file, start, end);
              digest.take(start, bytes);
              checksum = chosen.proved ? await sha256(bytes) : undefined;
              this.notes.change(id, { marks: [...digest.marks] });
              return { value: new Blob([bytes]), done: end >= file.size };
            }),
          close: () => {},
        }),
      },
      onUploadUrlAvailable: () => {
        sending.options.endpoint = null;
        this.notes.change(id, { upload: lastPart(sending.url ?? "") });
      },
      onProgress: events.onProgress,
      onSuccess: () => void finish(),
      onError: (error) => events.onFailed(reason(error)),
      onShouldRetry: (error) => {
        const why = reason(error);
        if (session.isRenewed(why)) return true;
        const passing = isPassing(why);
        if (passing) events.onStalled();
        return passing;
      },
    });
    sending.start();
    const abort = () => {
      pauses += 1;
      void sending.abort();
    };
    return { start: () => sending.start(), abort };
  };

  readonly drop = async (id: string): Promise<void> => {
    const upload = this.notes.get(id)?.upload;
    this.notes.delete(id);
    this.#digests.delete(id);
    if (upload) await remove(upload, this.#headers());
  };

  /** The ids that the service knows the files by which are to be sent; whatever else it has was left out. */
  kept(): ReadonlySet<string> {
    return new Set(this.notes.all().flatMap(({ upload }) => upload ?? []));
  }

  /** The upload of a file that goes on, after what is there was compared with it; none if it begins with its first byte. */
  async #goOn({ id, file }: ChosenFile, events: Events): Promise<string | undefined> {
    const note = this.notes.get(id);
    if (!note?.upload) {
      this.#digests.delete(id);
      return undefined;
    }
    const stored = await offset(note.upload, this.#headers());
    if (stored === undefined) {
      this.#digests.delete(id);
      return undefined;
    }
    const digest = this.#digests.get(id);
    if (!digest || digest.at < stored)
      this.#digests.set(id, await compare(file, stored, note.marks, events.onChecked));
    return note.upload;
  }

  #headers(): Record<string, string> {
    return authorization(this.to.bearer);
  }
}

/** What an upload shows that may outlive the session it has begun with. */
class RunningSession {
  #shown: string | undefined;
  #spent: string | undefined;
  #renewal: Promise<unknown> | undefined;

  constructor(private readonly own: string | undefined) {}

  async headers(): Promise<Record<string, string>> {
    await this.#renewal;
    this.#shown = carried();
    return authorization(this.own);
  }

  /** Whether the next request shows another session, after `error`. Each is renewed once. */
  isRenewed(error: Error): boolean {
    const isOver = error instanceof Problem && error.status === 401;
    if (!isOver || this.own || !this.#shown || this.#shown === this.#spent) return false;
    this.#spent = this.#shown;
    this.#renewal = renewed(this.#shown);
    return true;
  }
}

/** What shows the right that a person carries: this one, or the page's session; without one it is the session's cookie. */
export function authorization(bearer: string | undefined): Record<string, string> {
  const shown = bearer ?? carried();
  return shown ? { Authorization: `Bearer ${shown}` } : {};
}

/** How much of an upload is stored; `undefined` if there is none any more. */
async function offset(upload: string, headers: Record<string, string>): Promise<number | undefined> {
  const params = { path: { upload_id: upload }, header: { "Tus-Resumable": "1.0.0" } };
  try {
    const { response } = await api.HEAD("/api/v1/uploads/{upload_id}", { params, headers });
    return Number.parseInt(response.headers.get("Upload-Offset") ?? "0", 10);
  } catch (error) {
    if (error instanceof Problem && [404, 410].includes(error.status)) return undefined;
    throw error;
  }
}

/** Takes an upload, or the file that has come of it, out of its transfer. */
export async function remove(upload: string, headers: Record<string, string> = {}): Promise<void> {
  const params = { path: { upload_id: upload }, header: { "Tus-Resumable": "1.0.0" } };
  // What was just being written is held for a moment.
  for (const wait of [0, 500, 1500, 3000]) {
    await new Promise((done) => setTimeout(done, wait));
    try {
      await answer(api.DELETE("/api/v1/uploads/{upload_id}", { params, headers }));
      return;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.status !== 423) return;
    }
  }
}

/** As `Upload-Checksum` of tus says it. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return `sha256 ${btoa(String.fromCharCode(...hash))}`;
}

function lastPart(address: string): string {
  return address.slice(address.lastIndexOf("/") + 1);
}

/** Whether it may be otherwise after a while. */
export function isPassing(error: Error): boolean {
  if (error instanceof FileChanged) return false;
  if (!(error instanceof Problem)) return true;
  if (LASTING.includes(error.code)) return false;
  return PASSING.includes(error.status) || (error.status >= 500 && error.status !== 507);
}

/** What tus makes of an answer, as everything else here says it. */
export function reason(error: Error | DetailedError): Error {
  if (error instanceof FileChanged) return error;
  if ("causingError" in error && error.causingError instanceof FileChanged) return error.causingError;
  const response = "originalResponse" in error ? error.originalResponse : null;
  if (!response || response.getStatus() === 0) return new NoConnection();
  return Problem.read(response.getStatus(), response.getBody(), (name) => response.getHeader(name));
}
