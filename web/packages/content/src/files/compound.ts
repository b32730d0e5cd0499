import { u16, u32 } from "./bytes.ts";
import type { FileKind, Findings } from "./kinds.ts";
import { Damaged, type Reader } from "./reader.ts";

/** Sectors of the directory that are read. */
const MAX_SECTORS = 4_096;
/** Marks of the table of sectors: the first number that is none. */
const NO_SECTOR = 0xffff_fffa;
/** Sectors of the table that the header names. */
const IN_HEADER = 109;

const OFFICE: Readonly<Record<string, string>> = {
  WordDocument: "doc",
  Workbook: "xls",
  Book: "xls",
  "PowerPoint Document": "ppt",
  PP40: "ppt",
  PP97_DUALSTORAGE: "ppt",
  VisioDocument: "vsd",
  Quill: "pub",
};
const MACROS = ["_VBA_PROJECT_CUR", "_VBA_PROJECT", "VBA", "Macros", "VBProject"];
const MESSAGE = ["__properties_version1.0", "__nameid_version1.0"];

/** Compound files (MS-CFB), as `crates/inspect/src/cfb.rs` reads them: by the names in their directory. */
export async function readCompound(reader: Reader): Promise<Findings> {
  const header = (await reader.read(0, 512)).slice();
  const size = { 9: 512, 12: 4096 }[u16(header, 30) ?? 0];
  if (size === undefined) throw new Damaged("the compound file is damaged");
  const sectors = new Sectors(reader, header, size);
  const seen = new Set<number>();
  const names = new Set<string>();
  let isInstaller = false;
  for (let next = u32(header, 48) ?? NO_SECTOR; next < NO_SECTOR; next = await sectors.after(next)) {
    if (seen.has(next) || seen.size > MAX_SECTORS) throw new Damaged("the compound file is damaged");
    seen.add(next);
    const bytes = (await sectors.read(next)).slice();
    for (let at = 0; at + 128 <= bytes.length; at += 128) {
      const entry = bytes.subarray(at, at + 128);
      if (entry[66] === 5) isInstaller = isInstallerClass(entry);
      if (entry[66] === 1 || entry[66] === 2) names.add(nameOf(entry));
    }
  }
  return { ...whole(names, isInstaller) };
}

class Sectors {
  readonly #reader: Reader;
  readonly #header: Uint8Array;
  readonly #size: number;

  constructor(reader: Reader, header: Uint8Array, size: number) {
    this.#reader = reader;
    this.#header = header;
    this.#size = size;
  }

  /** A whole sector; the last of a file may be shorter. */
  async read(number: number): Promise<Uint8Array> {
    const at = (number + 1) * this.#size;
    if (at > this.#reader.length) throw new Damaged("the compound file is damaged");
    return this.#reader.read(at, Math.min(this.#size, this.#reader.length - at));
  }

  /** The sector that follows, by the table. */
  async after(number: number): Promise<number> {
    const each = this.#size / 4;
    const table = await this.read(await this.#table(Math.floor(number / each)));
    return this.#number(table, (number % each) * 4);
  }

  /** Where the how manieth sector of the table lies: the header knows the first 109, a chain of sectors the others. */
  async #table(index: number): Promise<number> {
    if (index < IN_HEADER) return this.#number(this.#header, 76 + index * 4);
    const each = this.#size / 4 - 1;
    let left = index - IN_HEADER;
    for (let chain = u32(this.#header, 68) ?? NO_SECTOR; chain < NO_SECTOR; left -= each) {
      const sector = await this.read(chain);
      if (left < each) return this.#number(sector, left * 4);
      chain = this.#number(sector, each * 4);
    }
    throw new Damaged("the compound file is damaged");
  }

  #number(bytes: Uint8Array, at: number): number {
    const number = u32(bytes, at);
    if (number === undefined) throw new Damaged("the compound file is damaged");
    return number;
  }
}

/** A name of at most 31 letters in UTF-16, and its length with the end in bytes. */
function nameOf(entry: Uint8Array): string {
  const length = Math.min(Math.max(u16(entry, 64) ?? 0, 2), 64) - 2;
  return new TextDecoder("utf-16le").decode(entry.subarray(0, length));
}

/** The class of the root that Windows Installer makes: packages, patches, transforms. */
function isInstallerClass(entry: Uint8Array): boolean {
  const made = [0x000c1082, 0x000c1084, 0x000c1086].includes(u32(entry, 80) ?? 0) && u32(entry, 84) === 0;
  return made && u32(entry, 88) === 0xc0 && u32(entry, 92) === 0x46000000;
}

function whole(names: ReadonlySet<string>, isInstaller: boolean): Findings {
  const has = (words: readonly string[]) => words.some((word) => names.has(word));
  const office = [...names].map((name) => OFFICE[name]).filter((format) => format !== undefined);
  const macros = has(MACROS);
  if (isInstaller) return { format: "msi", kinds: ["installer"] };
  if (has(MESSAGE)) return { format: "msg", kinds: ["email"] };
  if (names.has("EncryptedPackage")) return { format: "ooxml", kinds: ["office", "encrypted_document"] };
  if (office.length === 0 && !macros) return { format: "cfb", kinds: ["other"] };
  const kinds: FileKind[] = macros ? ["office", "office_macros"] : ["office"];
  return { format: office.at(-1) ?? "cfb", kinds };
}
