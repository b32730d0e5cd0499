import type { FileKind } from "./kinds.ts";
import type { Sniffed } from "./sniff.ts";

/** What is read of a text to tell what it is. */
const START = 4 << 10;

/** Text, and what stands in it that runs: `crates/inspect/src/sniff/text.rs`. */
export function sniffText(head: Uint8Array): Sniffed | undefined {
  if (head.length === 0) return { format: "empty", kinds: ["unknown"], next: "settled" };
  const start = head.subarray(0, START);
  if (!isText(start)) return undefined;
  const begins = decode(start)
    .replace(/^\u{feff}+/u, "")
    .trimStart()
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  const found = read(begins);
  if (found) return { format: found[0], kinds: [found[1]], next: "settled" };
  return isText(head) ? { format: "text", kinds: ["text"], next: "settled" } : undefined;
}

/** Whether nothing in it is of another kind than text: UTF-8, UTF-16 with its mark, or an older alphabet. */
export function isText(head: Uint8Array): boolean {
  const wide = wideOf(head);
  if (wide !== undefined) return wide !== null && isPlain(wide);
  try {
    // What is cut within the last letter is text as well.
    return isPlain(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(head, { stream: true }));
  } catch {
    return isOlder(head);
  }
}

function isPlain(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return !/[\0-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f]/.test(text);
}

/** One byte a letter: hardly any control characters, and most letters plain. */
function isOlder(head: Uint8Array): boolean {
  let high = 0;
  for (const byte of head) {
    const control =
      byte <= 8 || byte === 0xb || (byte >= 0xe && byte <= 0x1a) || (byte >= 0x1c && byte <= 0x1f);
    if (control || byte === 0x7f) return false;
    high += byte >= 0x80 ? 1 : 0;
  }
  return high * 3 < head.length;
}

/** A text in UTF-16 with its mark; `null` if it is none in spite of the mark, `undefined` without one. */
function wideOf(bytes: Uint8Array): string | null | undefined {
  const little = bytes[0] === 0xff && bytes[1] === 0xfe;
  if (!little && !(bytes[0] === 0xfe && bytes[1] === 0xff)) return undefined;
  const rest = bytes.subarray(2);
  const view = new DataView(rest.buffer, rest.byteOffset, rest.byteLength);
  let text = "";
  for (let at = 0; at + 1 < rest.length; at += 2) {
    const unit = view.getUint16(at, little);
    const isHigh = unit >= 0xd800 && unit < 0xdc00;
    const next = isHigh && at + 3 < rest.length ? view.getUint16(at + 2, little) : 0;
    if (isHigh && next >= 0xdc00 && next < 0xe000) {
      text += String.fromCharCode(unit, next);
      at += 2;
    } else if (unit >= 0xd800 && unit < 0xe000) {
      // Half a pair at the end was cut off.
      return at + 4 >= rest.length ? text : null;
    } else {
      text += String.fromCharCode(unit);
    }
  }
  return text;
}

function decode(start: Uint8Array): string {
  return wideOf(start) ?? new TextDecoder("utf-8", { ignoreBOM: true }).decode(start);
}

type Found = readonly [format: string, kind: FileKind];

const BEGINS: readonly (readonly [string, ...Found])[] = [
  ["#!", "script", "script"],
  ["@echo off", "batch", "script"],
  ["@echo on", "batch", "script"],
  ["@rem ", "batch", "script"],
  ["<?php", "php", "script"],
  ["windows registry editor version", "reg", "script"],
  ["regedit4", "reg", "script"],
  ["<job", "wsf", "script"],
  ["<package>", "wsf", "script"],
  ["<component", "sct", "script"],
  ["<scriptlet", "sct", "script"],
  ["[internetshortcut]", "url", "shortcut"],
  ["[{000214a0-", "url", "shortcut"],
  ["[desktop entry]", "desktop", "shortcut"],
  ["[shell]", "scf", "shortcut"],
  ["{\\rt", "rtf", "office"],
  ["%!ps", "postscript", "image"],
  ["begin:vcard", "vcard", "text"],
  ["<svg", "svg", "image"],
];

const MARKUP: readonly (readonly [string, ...Found])[] = [
  ["<?wsf", "wsf", "script"],
  ["<scriptlet", "sct", "script"],
  ["ms:script", "xsl", "script"],
  ["msxsl:script", "xsl", "script"],
  ["<librarydescription", "library-ms", "shortcut"],
  ["<searchconnectordescription", "searchconnector-ms", "shortcut"],
  ["<pcsettings", "settingcontent-ms", "shortcut"],
  ["<svg", "svg", "image"],
  ["<html", "html", "web"],
  ["<!doctype html", "html", "web"],
  ["<script", "html", "web"],
  ["<body", "html", "web"],
];

/** What a text is, by how it begins, in small letters. */
function read(start: string): Found | undefined {
  const begins = BEGINS.find(([word]) => start.startsWith(word));
  if (begins) return [begins[1], begins[2]];
  // An application of Internet Explorer is a page that says so somewhere.
  if (start.includes("<hta:application")) return ["hta", "script"];
  if (isMail(start)) return ["eml", "email"];
  const markup = start.startsWith("<") ? MARKUP.find(([word]) => start.includes(word)) : undefined;
  return markup && [markup[1], markup[2]];
}

const SURE = ["received:", "return-path:", "mime-version:", "message-id:"];
const FIELDS = [
  ...SURE,
  "from:",
  "to:",
  "subject:",
  "date:",
  "delivered-to:",
  "x-mozilla-status:",
  "content-type:",
];

/** At least two of the lines that messages begin with, one of which no other text has. */
function isMail(start: string): boolean {
  const head = (start.split("\r\n\r\n")[0] ?? "").split("\n\n")[0] ?? "";
  const lines = head.split(/\r?\n/);
  const first = start.split(/\r?\n/)[0] ?? "";
  const begins = FIELDS.some((field) => first.startsWith(field)) || first.startsWith("from ");
  const has = (field: string) => lines.some((line) => line.startsWith(field));
  return begins && SURE.some(has) && FIELDS.filter(has).length > 1;
}
