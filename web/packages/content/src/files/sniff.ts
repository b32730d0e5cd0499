import { find, standsAt, u32 } from "./bytes.ts";
import type { FileKind } from "./kinds.ts";
import { sniffProgram } from "./programs.ts";
import { sniffKnown } from "./signatures.ts";
import { sniffText } from "./text.ts";

/** First bytes that are looked at. The signature of a disc lies 36 KiB behind the beginning. */
export const HEAD_BYTES = 64 << 10;

/** What first bytes say, and what else must be looked at to know more. */
export interface Sniffed {
  readonly format: string;
  readonly kinds: readonly FileKind[];
  readonly next: "compound" | "closed" | "end" | "pdf" | "seven_zip" | "settled" | "zip";
}

/** What a file is, by its first bytes: `crates/inspect/src/sniff`. */
export function sniff(bytes: Uint8Array): Sniffed {
  const head = bytes.subarray(0, HEAD_BYTES);
  let sniffed = sniffProgram(head) ?? container(head) ?? sniffText(head) ?? sniffKnown(head);
  // The first 32 KiB of a disc belong to nobody: something else may stand there.
  const disk = diskOf(head);
  if (disk !== undefined) {
    const alone = sniffed.next === "end" || sniffed.format === "text";
    sniffed = alone ? { format: disk, kinds: ["disk_image"], next: "settled" } : also(sniffed, "disk_image");
  }
  // Readers accept a PDF that begins anywhere in the first 1,024 bytes.
  const start = head.subarray(0, 1024);
  return find(start, "%PDF-1.") >= 0 || find(start, "%PDF-2.") >= 0 ? also(sniffed, "pdf") : sniffed;
}

function also(sniffed: Sniffed, kind: FileKind): Sniffed {
  return { ...sniffed, kinds: [...new Set([...sniffed.kinds, kind])] };
}

/** What holds other things. */
function container(head: Uint8Array): Sniffed | undefined {
  const begins = (word: string) => standsAt(head, 0, word);
  const closed = (format: string): Sniffed => ({ format, kinds: ["archive"], next: "closed" });
  const settled = (format: string, kind: FileKind): Sniffed => ({ format, kinds: [kind], next: "settled" });
  if (begins("PK\x03\x04") || begins("PK\x05\x06")) return { format: "zip", kinds: [], next: "zip" };
  // Of an archive in several files, which begins or goes on elsewhere.
  if (begins("PK\x07\x08") || begins("PK00")) return closed("zip");
  if (begins("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) return { format: "cfb", kinds: [], next: "compound" };
  if (begins("%PDF-")) return { format: "pdf", kinds: ["pdf"], next: "pdf" };
  if (begins("7z\xbc\xaf\x27\x1c")) return { format: "7z", kinds: ["archive"], next: "seven_zip" };
  if (begins("Rar!\x1a\x07")) return { format: "rar", kinds: rar(head), next: "closed" };
  if (begins("\x1f\x8b\x08")) return closed("gzip");
  if (/^BZh[1-9]1AY/.test(String.fromCharCode(...head.subarray(0, 7)))) return closed("bzip2");
  if (begins("\xfd7zXZ\0")) return closed("xz");
  if (begins("\x28\xb5\x2f\xfd")) return closed("zstd");
  if (begins("MSCF\0\0\0\0")) return closed("cab");
  if (standsAt(head, 257, "ustar")) return closed("tar");
  if (begins("MSWIM\0\0\0")) return settled("wim", "disk_image");
  if (begins("hsqs")) return settled("squashfs", "disk_image");
  // OneNote: a document that holds files.
  if (begins("\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d")) return settled("onenote", "office");
  return undefined;
}

/** Whether the names in a RAR file are readable: its first header, or a flag of it, says so. */
function rar(head: Uint8Array): readonly FileKind[] {
  const encrypted = head[6] === 1 ? head[13] === 4 : head[9] === 0x73 && ((head[10] ?? 0) & 0x80) !== 0;
  return encrypted ? ["archive", "encrypted_archive"] : ["archive"];
}

/** Disks and file systems. */
function diskOf(head: Uint8Array): string | undefined {
  const disc = (at: number) => ["CD001", "BEA01", "NSR02", "NSR03"].some((word) => standsAt(head, at, word));
  const jumps = (head[0] === 0xeb && head[2] === 0x90) || head[0] === 0xe9;
  const marked = standsAt(head, 510, "\x55\xaa");
  const systems = ["NTFS", "FAT", "EXFAT", "MSDOS", "MSWIN"];
  const volume =
    marked && jumps && [3, 54, 82].some((at) => systems.some((word) => standsAt(head, at, word)));
  const begins = (word: string) => standsAt(head, 0, word);
  if ([0x8001, 0x8801, 0x9001].some(disc)) return "iso";
  if (begins("conectix")) return "vhd";
  if (begins("vhdxfile")) return "vhdx";
  if (begins("KDMV") || begins("# Disk DescriptorFile")) return "vmdk";
  if (begins("QFI\xfb")) return "qcow";
  if (begins("encrcdsa")) return "dmg";
  if (u32(head, 0x40) === 0xbeda107f) return "vdi";
  if (standsAt(head, 512, "EFI PART") || volume) return "disk";
  // A hard disk: no code to jump to is needed, but a table of partitions of which one is active, or none.
  return head.length > 512 && marked && isPartitionTable(head.subarray(446, 510)) ? "disk" : undefined;
}

/** Four entries of 16 bytes: a flag of two values, and at least one type that is not 0. */
function isPartitionTable(table: Uint8Array): boolean {
  const entries = [0, 16, 32, 48].map((at) => table.subarray(at, at + 16));
  const flags = entries.every((entry) => entry[0] === 0 || entry[0] === 0x80);
  return flags && entries.some((entry) => entry[4] !== 0 && (u32(entry, 12) ?? 0) > 0);
}
