import { standsAt, u32 } from "./bytes.ts";
import type { FileKind } from "./kinds.ts";
import type { Sniffed } from "./sniff.ts";
import { isText } from "./text.ts";

const SIGNATURES: readonly (readonly [string, string, FileKind])[] = [
  ["\x7fELF", "elf", "executable"],
  ["\xfe\xed\xfa\xce", "mach-o", "executable"],
  ["\xfe\xed\xfa\xcf", "mach-o", "executable"],
  ["\xce\xfa\xed\xfe", "mach-o", "executable"],
  ["\xcf\xfa\xed\xfe", "mach-o", "executable"],
  ["\0asm", "wasm", "executable"],
  ["!<arch>\ndebian-binary", "deb", "installer"],
  ["\xed\xab\xee\xdb", "rpm", "installer"],
  ["xar!", "xar", "installer"],
  ["Cr24", "crx", "installer"],
  ["ITSF\x03\0\0\0", "chm", "script"],
  // A script names what runs it, whatever load it carries behind its text.
  ["#!/", "script", "script"],
  ["#! /", "script", "script"],
  // The header's size and the first half of the class that a shortcut is.
  ["\x4c\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0", "lnk", "shortcut"],
];

/** What a computer runs, or installs: `crates/inspect/src/sniff/programs.rs`. */
export function sniffProgram(head: Uint8Array): Sniffed | undefined {
  const found = standsAt(head, 0, "MZ") ? dos(head) : other(head);
  return found && { format: found[0], kinds: [found[1]], next: "settled" };
}

function other(head: Uint8Array): readonly [string, FileKind] | undefined {
  // Mach-O for several processors, or a class of Java.
  const both = standsAt(head, 0, "\xca\xfe\xba\xbe") || standsAt(head, 0, "\xca\xfe\xba\xbf");
  if (both && head.length >= 8) return ["mach-o or java", "executable"];
  if (standsAt(head, 0, "dex\n") && head.length >= 8 && head[7] === 0) return ["dex", "executable"];
  const found = SIGNATURES.find(([word]) => standsAt(head, 0, word));
  return found && [found[1], found[2]];
}

/** What begins with MZ: everything but text runs somewhere. Where the newer header lies is said at 60. */
function dos(head: Uint8Array): readonly [string, FileKind] | undefined {
  const newer = u32(head, 60);
  const words = [
    ["PE\0\0", "pe"],
    ["NE", "ne"],
    ["LE", "le"],
    ["LX", "le"],
  ] as const;
  const found = newer === undefined ? undefined : words.find(([word]) => standsAt(head, newer, word));
  if (found) return [found[1], "executable"];
  return head.length < 64 || isText(head) ? undefined : ["mz", "executable"];
}
