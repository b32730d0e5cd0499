/**
 * The layout of a ZIP archive whose files are stored, not compressed (PKWARE APPNOTE 6.3.10), as the service's has it
 * (`crates/transfer/src/zip.rs`). Sizes and CRC-32 stand in the manifests, so its length is known before the first byte. Zip64
 * records appear where a number needs them.
 */
import type { Bytes } from "@sealpost/sealed";

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const ZIP64_END = 0x06064b50;
const ZIP64_LOCATOR = 0x07064b50;
const END = 0x06054b50;
/** Extra field with 64-bit numbers. */
const ZIP64_EXTRA = 1;
/** General purpose flag 11: names are UTF-8. */
const UTF8 = 1 << 11;
/** "Made by" Unix, version 4.5, so that the mode below counts. */
const MADE_BY = (3 << 8) | 45;
/** A regular file that its owner may read and write and others may read. */
const MODE = 0o100644 * 2 ** 16;
const MOST_16 = 0xffff;
const MOST_32 = 0xffffffff;

export interface Entry {
  /** Relative, `/` between folders, unlike any other's. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly crc32: number;
}

export interface Layout {
  /** What stands before each file, in their order. */
  readonly before: readonly Bytes[];
  /** What stands behind the last. */
  readonly behind: Bytes;
  /** Bytes of the whole. */
  readonly length: number;
}

/** Where everything lies in an archive of these files, in their order. */
export function layout(entries: readonly Entry[], modified: Date): Layout {
  const [time, date] = dosTime(modified);
  const central = new Writer();
  let offset = 0;
  const before = entries.map((entry) => {
    const header = localHeader(entry, time, date);
    centralHeader(central, entry, time, date, offset);
    offset += header.length + entry.size;
    return header;
  });
  endRecords(central, entries.length, offset);
  const behind = central.bytes();
  return { before, behind, length: offset + behind.length };
}

function localHeader({ name, size, crc32 }: Entry, time: number, date: number): Bytes {
  const text = new TextEncoder().encode(name);
  const isLarge = size >= MOST_32;
  const out = new Writer();
  out.put32(LOCAL_HEADER).put16(isLarge ? 45 : 20, UTF8, 0, time, date);
  out.put32(crc32, Math.min(size, MOST_32), Math.min(size, MOST_32));
  out.put16(text.length, isLarge ? 20 : 0).put(text);
  if (isLarge) out.put16(ZIP64_EXTRA, 16).put64(size, size);
  return out.bytes();
}

function centralHeader(
  out: Writer,
  { name, size, crc32 }: Entry,
  time: number,
  date: number,
  offset: number,
): void {
  const text = new TextEncoder().encode(name);
  const extra = [...(size >= MOST_32 ? [size, size] : []), ...(offset >= MOST_32 ? [offset] : [])];
  const version = extra.length > 0 ? 45 : 20;
  out.put32(CENTRAL_HEADER).put16(MADE_BY, version, UTF8, 0, time, date);
  out.put32(crc32, Math.min(size, MOST_32), Math.min(size, MOST_32));
  // Then no comment, the first disk, and no internal attributes.
  out.put16(text.length, extra.length > 0 ? 4 + 8 * extra.length : 0, 0, 0, 0);
  out.put32(MODE, Math.min(offset, MOST_32)).put(text);
  if (extra.length > 0) out.put16(ZIP64_EXTRA, 8 * extra.length).put64(...extra);
}

/** The records behind the central directory, which begins at `start` and is what `out` holds so far. */
function endRecords(out: Writer, count: number, start: number): void {
  const size = out.length;
  if (count >= MOST_16 || size >= MOST_32 || start >= MOST_32) {
    // 44 bytes of this record follow its length.
    out.put32(ZIP64_END).put64(44).put16(MADE_BY, 45).put32(0, 0).put64(count, count, size, start);
    out
      .put32(ZIP64_LOCATOR, 0)
      .put64(start + size)
      .put32(1);
  }
  const short = Math.min(count, MOST_16);
  out.put32(END).put16(0, 0, short, short).put32(Math.min(size, MOST_32), Math.min(start, MOST_32)).put16(0);
}

/** MS-DOS time and date: steps of two seconds since 1980, in UTC. */
function dosTime(moment: Date): [number, number] {
  const year = moment.getUTCFullYear();
  if (!(year >= 1980 && year < 2108)) return [0, (1 << 5) | 1];
  const time = (moment.getUTCHours() << 11) | (moment.getUTCMinutes() << 5) | (moment.getUTCSeconds() >> 1);
  return [time, ((year - 1980) << 9) | ((moment.getUTCMonth() + 1) << 5) | moment.getUTCDate()];
}

/** Puts numbers one behind the other, the least byte first. */
class Writer {
  #memory = new Uint8Array(256);
  length = 0;

  put(bytes: Uint8Array): this {
    this.#room(bytes.length).set(bytes);
    return this;
  }

  put16(...numbers: number[]): this {
    return this.#each(2, numbers, (view, number) => view.setUint16(0, number, true));
  }

  put32(...numbers: number[]): this {
    return this.#each(4, numbers, (view, number) => view.setUint32(0, number, true));
  }

  put64(...numbers: number[]): this {
    return this.#each(8, numbers, (view, number) => view.setBigUint64(0, BigInt(number), true));
  }

  /** A copy of what was put. */
  bytes(): Bytes {
    return this.#memory.slice(0, this.length);
  }

  #each(length: number, numbers: number[], set: (view: DataView, number: number) => void): this {
    for (const number of numbers) {
      const { buffer, byteOffset } = this.#room(length);
      set(new DataView(buffer, byteOffset, length), number);
    }
    return this;
  }

  /** Where so many more bytes go. */
  #room(length: number): Bytes {
    const start = this.length;
    this.length += length;
    if (this.length > this.#memory.length) {
      const before = this.#memory;
      this.#memory = new Uint8Array(2 * this.length);
      this.#memory.set(before);
    }
    return this.#memory.subarray(start, this.length);
  }
}
