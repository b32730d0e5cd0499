import { bytesOf, find, findLast, standsAt, u64 } from "./bytes.ts";
import { readCompound } from "./compound.ts";
import type { ArchiveFindings, FileKind, Findings } from "./kinds.ts";
import { isArchive, traitsOf } from "./name.ts";
import { Damaged, Reader } from "./reader.ts";
import { HEAD_BYTES, type Sniffed, sniff } from "./sniff.ts";
import { readZip } from "./zip.ts";

const END_BYTES = 4 << 10;
const NOTHING = { entries: 0, packed: 0, unpacked: 0, names: [] };

/**
 * What a file really is, whatever it is called: as `crates/inspect` finds it, whose samples the tests of both read. Of archives the
 * top level is looked at; what lies in archives inside, and files that share their bytes, the service alone would find.
 *
 * Reads 64 KiB and, of some formats, a few ranges more. Fails only as the file itself does.
 */
export async function look(name: string, file: Blob): Promise<Findings> {
  const reader = new Reader(file);
  const sniffed = sniff((await reader.read(0, Math.min(file.size, HEAD_BYTES))).slice());
  try {
    return inOrder(await inside(name, reader, sniffed));
  } catch (error) {
    if (!(error instanceof Damaged)) throw error;
    const { format, kinds } = sniffed;
    const fallback: FileKind = format === "zip" ? "archive" : "other";
    const archive = { ...NOTHING, damaged: error.message };
    return inOrder({ format, kinds: kinds.length > 0 ? kinds : [fallback], archive });
  }
}

function inOrder({ kinds, ...found }: Findings): Findings {
  return { ...found, kinds: kinds.length > 0 ? [...new Set(kinds)].sort() : ["unknown"] };
}

async function inside(name: string, reader: Reader, { format, kinds, next }: Sniffed): Promise<Findings> {
  const more: FileKind[] = [...kinds];
  const withZip = (zip: Findings): Findings => ({ ...zip, kinds: [...more, ...zip.kinds] });
  if (next === "compound") {
    const found = await readCompound(reader);
    return { ...found, kinds: [...more, ...found.kinds] };
  }
  if (next === "zip") {
    const zip = await readZip(reader);
    if (!zip) throw new Damaged("its end is missing");
    return withZip(zip);
  }
  if (next === "pdf" && (await isEncryptedPdf(reader))) more.push("encrypted_document");
  if (next === "seven_zip" && (await isEncrypted7z(reader))) more.push("encrypted_archive");
  if (next === "end") {
    const disk = await diskAtEnd(reader);
    if (disk !== undefined) return { format: disk, kinds: ["disk_image"] };
  }
  // Whatever stands in front of it: a ZIP file is found from its end.
  const called = isArchive(name);
  if (next === "end" || called) {
    const { bytes } = await reader.tail(called ? 0x1_0000 + 22 : END_BYTES);
    const zip = find(bytes, "PK\x05\x06") >= 0 ? await readZip(reader) : undefined;
    if (zip) return withZip(zip);
  }
  return more.includes("archive")
    ? { format, kinds: more, archive: closed(name, more) }
    : { format, kinds: more };
}

/** An archive that cannot be looked into. What is compressed by itself is called as what comes out: `setup.exe.gz`. */
function closed(name: string, kinds: readonly FileKind[]): ArchiveFindings {
  const inner = name.slice(0, Math.max(name.lastIndexOf("."), 0));
  const names = inner !== "" && traitsOf(inner).kinds.length > 0 ? [inner] : [];
  return { ...NOTHING, closed: name, names, ...(kinds.includes("encrypted_archive") && { encrypted: name }) };
}

/** Disks whose signature stands in their last 512 bytes. */
async function diskAtEnd(reader: Reader): Promise<string | undefined> {
  const { bytes } = await reader.tail(END_BYTES);
  const at = bytes.length - 512;
  if (at < 0) return undefined;
  if (standsAt(bytes, at, "koly")) return "dmg";
  return standsAt(bytes, at, "conectix") ? "vhd" : undefined;
}

/** Whether the names in a 7z file are encrypted: its header is then packed by AES, and says so. */
async function isEncrypted7z(reader: Reader): Promise<boolean> {
  const start = (await reader.read(0, 32)).slice();
  const at = 32 + (u64(start, 12) ?? 0);
  if (at >= reader.length) return false;
  const length = Math.min(u64(start, 20) ?? 0, 4096, reader.length - at);
  const header = await reader.read(at, length);
  return header[0] === 0x17 && find(header, "\x06\xf1\x07\x01") >= 0;
}

/** Whether a PDF's trailer names a way of encryption (ISO 32000-2, 7.5.5 and 7.6). */
async function isEncryptedPdf(reader: Reader): Promise<boolean> {
  const tail = (await reader.tail(2 << 10)).bytes.slice();
  if (namesEncryption(tail)) return true;
  const place = findLast(tail, "startxref");
  const number = /^[ \t\n\f\r]*([0-9]+)/.exec(String.fromCharCode(...tail.subarray(place + 9)));
  const at = Number(number?.[1] ?? reader.length);
  if (place < 0 || at >= reader.length) return false;
  const trailer = await reader.read(at, Math.min(4 << 10, reader.length - at));
  const ends = [find(trailer, "stream\r"), find(trailer, "stream\n")].filter((end) => end >= 0);
  return namesEncryption(trailer.subarray(0, ends[0] ?? trailer.length));
}

/** `/Encrypt 12 0 R`, or the dictionary itself. */
function namesEncryption(bytes: Uint8Array): boolean {
  const word = bytesOf("/Encrypt").length;
  for (let at = find(bytes, "/Encrypt"); at >= 0; at = find(bytes, "/Encrypt", at + word)) {
    let value = at + word;
    while ([0x20, 0x09, 0x0a, 0x0c, 0x0d].includes(bytes[value] ?? -1)) value += 1;
    const byte = bytes[value] ?? 0;
    if ((byte >= 0x30 && byte <= 0x39) || byte === 0x3c) return true;
  }
  return false;
}
