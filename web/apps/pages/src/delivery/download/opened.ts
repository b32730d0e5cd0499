/** What sealed files hold, opened while it comes. */
import {
  type Bytes,
  crc32,
  HEADER_LENGTH,
  Manifest,
  objectRange,
  PartOpener,
  SealedError,
} from "@sealpost/sealed";

import { DownloadError, type Order, type SealedFile } from "./order.ts";
import { ASKING, type Asking, SealedBytes } from "./sealedBytes.ts";

/** Plaintext bytes that are opened at a time: whole chunks. */
const WINDOW = 64 * 16 * 1024;

/**
 * The bytes of an order, window by window, none of which anybody has before all of it was opened. Fails as a `DownloadError` where
 * a byte is missing, another, or in another place; and at the end, where the whole is not what its manifest says.
 */
export async function* opened(
  order: Order,
  signal: AbortSignal,
  asking: Asking = ASKING,
): AsyncGenerator<Bytes> {
  let length = 0;
  for (const piece of order.pieces) {
    const windows = "bytes" in piece ? [piece.bytes] : openedFile(piece.file, order.grant, signal, asking);
    for await (const window of windows) {
      length += window.length;
      yield window;
    }
  }
  if (length !== order.length) throw new DownloadError("altered");
}

async function* openedFile(
  { url, tenant, manifest: encoded }: SealedFile,
  grant: string,
  signal: AbortSignal,
  asking: Asking,
): AsyncGenerator<Bytes> {
  const manifest = Manifest.decode(encoded);
  const sealed = new SealedBytes({ url, grant, length: manifest.sealedStarts().at(-1) ?? 0 }, signal, asking);
  let sum = 0;
  for (const { part, upload } of manifest.locate(0, manifest.length)) {
    const place = { tenant, upload: upload.id, sequence: part.sequence };
    const header = await sealed.read(HEADER_LENGTH);
    const opener = await PartOpener.begin(upload.key, place, part.salt, header).catch(altered);
    for (let start = 0; start < part.length; start += WINDOW) {
      const range = objectRange(part.length, start, Math.min(start + WINDOW, part.length));
      if (!range) throw new DownloadError("altered");
      const window = await opener.open(range, await sealed.read(range.end - range.start)).catch(altered);
      sum = crc32(window, sum);
      yield window;
    }
  }
  await sealed.end();
  if (sum !== manifest.crc32) throw new DownloadError("altered");
}

function altered(error: unknown): never {
  throw error instanceof SealedError ? new DownloadError("altered") : error;
}

/** What is heard of a stream. */
export interface Listener {
  /** So many bytes more were taken. */
  readonly taken: (bytes: number) => void;
  /** The last byte was taken, or nothing more comes. Once. */
  readonly ended: (why?: Failure) => void;
}

type Failure = DownloadError["why"];

/** The bytes of an order as a stream that is read no faster than it is taken, and that fails where `opened` does. */
export function streamed(
  order: Order,
  hear: Listener,
  cancelled: AbortSignal,
  asking: Asking = ASKING,
): ReadableStream<Bytes> {
  const leaving = new AbortController();
  const signal = AbortSignal.any([cancelled, leaving.signal]);
  const windows = opened(order, signal, asking);
  let over = false;
  const end = (why?: Failure) => {
    if (!over) hear.ended(why);
    over = true;
  };
  return new ReadableStream<Bytes>(
    {
      start(controller) {
        // At once, and not when somebody next takes a byte.
        cancelled.addEventListener("abort", () => {
          if (over) return;
          end("cancelled");
          controller.error(new DownloadError("cancelled"));
        });
      },
      async pull(controller) {
        try {
          const { value, done } = await windows.next();
          if (over) return;
          if (done) {
            end();
            controller.close();
          } else {
            hear.taken(value.length);
            controller.enqueue(value);
          }
        } catch (error) {
          if (over) return;
          end(error instanceof DownloadError ? error.why : "unsaved");
          controller.error(error);
        }
      },
      cancel() {
        end("cancelled");
        leaving.abort(new DownloadError("cancelled"));
      },
    },
    { highWaterMark: 0 },
  );
}
