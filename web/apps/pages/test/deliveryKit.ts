/** A sender's program for the tests of deliveries, and a service that hands out what it has sealed. */
import {
  type Bytes,
  crc32,
  Key,
  Manifest,
  type ManifestPart,
  newFragmentSecret,
  sealPart,
} from "@sealpost/sealed";

import type { Order, SealedFile } from "../src/delivery/download/order.ts";
import type { Asking } from "../src/delivery/download/sealedBytes.ts";

export const TENANT = new Uint8Array(16).fill(1);

/** Bytes that tell where they stand. */
export function content(length: number, seed = 7): Bytes {
  return new Uint8Array(length).map((_, at) => (at * 31 + (at >> 8) * 17 + seed) & 255);
}

export interface Made {
  readonly manifest: Manifest;
  readonly sealed: Bytes;
}

/** A file in parts of so many bytes. */
export async function sealedFile(plain: Bytes, partLength: number, name = "a.bin"): Promise<Made> {
  const upload = { id: newFragmentSecret().slice(0, 16), key: Key.generate<"upload">() };
  const pieces: Bytes[] = [];
  const parts: ManifestPart[] = [];
  for (let at = 0; at < plain.length; at += partLength) {
    const sequence = BigInt(parts.length);
    const place = { tenant: TENANT, upload: upload.id, sequence };
    const part = await sealPart(upload.key, place, new Blob([plain.slice(at, at + partLength)]));
    parts.push({ upload: 0, sequence, length: part.length, salt: part.salt });
    pieces.push(part.bytes);
  }
  const manifest = new Manifest({
    name,
    mediaType: "text/plain",
    crc32: crc32(plain),
    uploads: parts.length > 0 ? [upload] : [],
    parts,
  });
  return { manifest, sealed: new Uint8Array(await new Blob(pieces).arrayBuffer()) };
}

export function fileAt(url: string, manifest: Manifest): SealedFile {
  return { url, tenant: TENANT, manifest: manifest.encode() };
}

export function orderOf(url: string, { manifest }: Made): Order {
  const { length, name } = manifest;
  return { name, type: "text/plain", length, grant: "g", pieces: [{ file: fileAt(url, manifest) }] };
}

/** What a connection does: gives so many bytes of the body at most, then breaks or ends; or is no connection at all. */
export interface Line {
  readonly gives?: number;
  readonly end?: "breaks" | "ends" | "hangs";
  readonly status?: number;
  readonly code?: string;
  readonly range?: string;
}

/** A service that has this, over lines that behave as the list says, and well when it is used up. Notes what it was asked for. */
export function serving(sealed: Bytes, lines: Line[] = []) {
  const asked: (string | null)[] = [];
  const bearers: (string | null)[] = [];
  const waited: number[] = [];
  const fetch: Asking["fetch"] = async (_, { headers, signal }) => {
    const said = new Headers(headers);
    asked.push(said.get("Range"));
    bearers.push(said.get("Authorization"));
    const line = lines.shift() ?? {};
    if (line.status === 0) throw new TypeError("no connection");
    if (line.status) return Response.json({ code: line.code }, { status: line.status });
    const [, first, last] = said.get("Range")?.match(/^bytes=(\d+)-(\d+)$/) ?? [];
    const [start, end] = [Number(first ?? 0), Math.min(Number(last ?? sealed.length) + 1, sealed.length)];
    const body = sealed.slice(start, line.gives === undefined ? end : start + line.gives);
    const range = line.range ?? `bytes ${start}-${end - 1}/${sealed.length}`;
    let sent = false;
    const stream = new ReadableStream<Bytes>({
      pull(controller) {
        if (!sent && body.length > 0) controller.enqueue(body);
        else if (line.end === "breaks") controller.error(new TypeError("broken"));
        else if (line.end === "hangs") {
          signal?.addEventListener("abort", () => controller.error(new TypeError("left")));
          return new Promise(() => {});
        } else controller.close();
        sent = true;
        return undefined;
      },
    });
    return said.has("Range")
      ? new Response(stream, { status: 206, headers: { "Content-Range": range } })
      : new Response(stream);
  };
  const asking: Asking = {
    fetch,
    // Nobody waits in tests, but for silence, which ends when there is any.
    wait: (milliseconds, signal) => {
      if (milliseconds === asking.silence)
        return new Promise((resolve, reject) => {
          const timer = setTimeout(resolve, 50);
          signal.addEventListener("abort", () => {
            clearTimeout(timer);
            reject(signal.reason);
          });
        });
      waited.push(milliseconds);
      return Promise.resolve();
    },
    silence: 45_000,
    most: 2 ** 30,
  };
  return { asking, asked, bearers, waited };
}
