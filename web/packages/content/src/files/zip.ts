import { bytesOf, standsAt, u16, u32, u64 } from "./bytes.ts";
import { Marks } from "./documents.ts";
import type { ArchiveFindings, FileKind, Findings } from "./kinds.ts";
import { isArchive, traitsOf } from "./name.ts";
import { Damaged, type Reader } from "./reader.ts";

const RECORD = 22;
const LOCATOR = 20;
const RECORD_64 = 56;
/** Entries that are read, and the longest name. */
const MAX_ENTRIES = 100_000;
const MAX_NAME = 4_096;
/** Most names that say different things. */
const MAX_NAMES = 1_000;

interface End {
  readonly start: number;
  readonly length: number;
  readonly entries: number;
  readonly prefix: number;
}

/**
 * ZIP by its list of contents, as `crates/inspect/src/zip` reads it, but for archives inside: they are not looked into here.
 * Nothing if it is no ZIP file.
 */
export async function readZip(reader: Reader): Promise<Findings | undefined> {
  const end = await findEnd(reader);
  if (!end) return undefined;
  const marks = new Marks();
  const listing = new Listing();
  let [at, read] = [0, 0];
  while (at < end.length && read < MAX_ENTRIES) {
    const fixed = await reader.read(end.start + at, 46);
    if (!standsAt(fixed, 0, "PK\x01\x02")) throw new Damaged("its list of contents is damaged");
    const [name, extra, comment] = [28, 30, 32].map((place) => u16(fixed, place) ?? 0) as [
      number,
      number,
      number,
    ];
    if (name > MAX_NAME) throw new Damaged("a name is too long");
    if (at + 46 + name + extra > end.length) throw new Damaged("its list of contents is cut off");
    const entry = entryOf(fixed.slice(), await reader.read(end.start + at + 46, name + extra), name);
    at += 46 + name + extra + comment;
    read += 1;
    const ends = entry.offset + end.prefix + 30 + name + entry.packed;
    if (at > end.length || ends > end.start) throw new Damaged("a file in it lies outside of it");
    marks.note(entry.name);
    listing.note(entry);
  }
  if (at >= end.length && read !== end.entries && read % 0x1_0000 !== end.entries) {
    throw new Damaged("it has more or fewer files than it says");
  }
  const { format, kinds, isDocument } = marks.whole();
  const archive = isDocument ? listing.ofDocument() : listing.found();
  const locked: FileKind[] =
    archive.encrypted !== undefined && kinds.includes("archive") ? ["encrypted_archive"] : [];
  return { format, kinds: [...kinds, ...locked], archive };
}

async function findEnd(reader: Reader): Promise<End | undefined> {
  const { at: offset, bytes } = await reader.tail(RECORD + 0xffff + LOCATOR + RECORD_64);
  const tail = bytes.slice();
  const places: number[] = [];
  for (let at = tail.length - RECORD; at >= 0; at -= 1) {
    const ends = standsAt(tail, at, "PK\x05\x06") && at + RECORD + (u16(tail, at + 20) ?? 0) === tail.length;
    if (ends) places.push(at);
  }
  const [at] = places;
  if (at === undefined) return undefined;
  if (places.length > 1) throw new Damaged("it has two ends");
  return locate(reader, await said(reader, tail, offset, at));
}

interface Said {
  readonly entries: number;
  readonly length: number;
  readonly offset: number;
  readonly end: number;
}

async function said(reader: Reader, tail: Uint8Array, offset: number, at: number): Promise<Said> {
  const record = offset + at;
  if (at < LOCATOR || !standsAt(tail, at - LOCATOR, "PK\x06\x07")) {
    const one =
      u16(tail, at + 4) === 0 && u16(tail, at + 6) === 0 && u16(tail, at + 8) === u16(tail, at + 10);
    if (!one) throw new Damaged("it is one of several files");
    const [entries, length, start] = [u16(tail, at + 10), u32(tail, at + 12), u32(tail, at + 16)];
    return { entries: entries ?? 0, length: length ?? 0, offset: start ?? 0, end: record };
  }
  const near = record - LOCATOR - RECORD_64;
  for (const place of [near, u64(tail, at - LOCATOR + 8) ?? -1]) {
    if (place < 0 || place > near) continue;
    const found = await reader.read(place, RECORD_64);
    if (!standsAt(found, 0, "PK\x06\x06")) continue;
    if (u32(found, 16) !== 0 || u32(found, 20) !== 0 || u64(found, 24) !== u64(found, 32)) {
      throw new Damaged("it is one of several files");
    }
    const [entries, length, start] = [u64(found, 32), u64(found, 40), u64(found, 48)];
    return { entries: entries ?? 0, length: length ?? 0, offset: start ?? 0, end: place };
  }
  throw new Damaged("the second half of its end is missing");
}

/** Where the list really is: right in front of its end. If it is said to lie elsewhere, and lies there too, programs differ. */
async function locate(reader: Reader, { entries, length, offset, end }: Said): Promise<End> {
  const start = end - length;
  const prefix = start - offset;
  if (start < 0 || prefix < 0) throw new Damaged("its list of contents is cut off");
  if (entries === 0 && length === 0) return { start, length, entries, prefix };
  const isList = async (at: number) =>
    length >= 46 && standsAt(await reader.read(at, 4), 0, bytesOf("PK\x01\x02"));
  const [here, there] = [await isList(start), prefix !== 0 && (await isList(offset))];
  if (here && there) throw new Damaged("it has two lists of contents");
  if (!here && !there) throw new Damaged("its list of contents is missing");
  return here ? { start, length, entries, prefix } : { start: offset, length, entries, prefix: 0 };
}

interface Entry {
  readonly name: string;
  readonly otherName: string | undefined;
  readonly packed: number;
  readonly unpacked: number;
  readonly offset: number;
  readonly isEncrypted: boolean;
}

function entryOf(fixed: Uint8Array, rest: Uint8Array, nameLength: number): Entry {
  const decoder = new TextDecoder();
  const flags = u16(fixed, 8) ?? 0;
  if ((flags & 0x2000) !== 0) throw new Damaged("its list of contents is encrypted");
  const sizes = [u32(fixed, 24), u32(fixed, 20), u32(fixed, 42)].map((size) => size ?? 0);
  let isEncrypted = (flags & 0x0041) !== 0 || u16(fixed, 10) === 99;
  let otherName: string | undefined;
  for (let at = nameLength; at + 4 <= rest.length; ) {
    const [id, length] = [u16(rest, at), u16(rest, at + 2) ?? 0];
    const field = rest.subarray(at + 4, at + 4 + length);
    if (field.length < length) break;
    at += 4 + length;
    if (id === 1) widen(sizes, field);
    // Strong encryption, and AES as WinZip has it.
    if (id === 0x0017 || id === 0x9901) isEncrypted = true;
    if (id === 0x7075 && field[0] === 1) otherName = decoder.decode(field.subarray(5));
  }
  const [unpacked = 0, packed = 0, offset = 0] = sizes;
  const name = decoder.decode(rest.subarray(0, nameLength));
  return { name, otherName, packed, unpacked, offset, isEncrypted };
}

/** Numbers that do not fit into 32 bits stand in an extra field, in this order. */
function widen(sizes: number[], field: Uint8Array): void {
  let at = 0;
  sizes.forEach((size, index) => {
    if (size !== 0xffff_ffff) return;
    const wide = u64(field, at);
    if (wide === undefined) throw new Damaged("an entry of its list of contents is cut off");
    sizes[index] = wide;
    at += 8;
  });
}

/** What is inside, gathered without its size. */
class Listing {
  readonly #names = new Map<string, string>();
  #entries = 0;
  #packed = 0;
  #unpacked = 0;
  #encrypted: string | undefined;
  #closed: string | undefined;

  note(entry: Entry): void {
    const isFolder = /[/\\]$/.test(entry.name) && entry.unpacked === 0;
    this.#entries += 1;
    this.#packed += entry.packed;
    this.#unpacked += entry.unpacked;
    if (entry.isEncrypted) this.#encrypted ??= entry.name;
    if (!isFolder && isArchive(entry.name)) this.#closed ??= entry.name;
    for (const name of [entry.name, entry.otherName]) {
      const named = name?.replace(/[/\\]+$/, "");
      if (named !== undefined && (!isFolder || named.includes("..") || /^[/\\]/.test(named)))
        this.#name(named);
    }
  }

  found(): ArchiveFindings {
    return {
      ...(this.#encrypted !== undefined && { encrypted: this.#encrypted }),
      ...(this.#closed !== undefined && { closed: this.#closed }),
      entries: this.#entries,
      packed: this.#packed,
      unpacked: this.#unpacked,
      names: [...this.#names.values()],
    };
  }

  /** Of a document, which is an archive as well: only what has no place in one. */
  ofDocument(): ArchiveFindings {
    const { closed: _, ...found } = this.found();
    const names = found.names.filter((name) => {
      const { trick, isActive } = traitsOf(name);
      return trick !== undefined || isActive;
    });
    return { ...found, names };
  }

  #name(name: string): void {
    const { extension, trick } = traitsOf(name);
    const counted = extension?.replace(/^[0-9]+$/, "0");
    const key = `${counted ?? ""}/${trick ?? ""}`;
    if (this.#names.has(key)) return;
    if (this.#names.size === MAX_NAMES) throw new Damaged("there are too many types of files");
    this.#names.set(key, name);
  }
}
