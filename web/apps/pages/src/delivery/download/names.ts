/** What files are called on the recipient's disk. The sender's program may have written anything: nobody but the recipient reads it. */

/** Longest name without its folders, in bytes: what ext4, APFS and NTFS hold. */
const MAX_BASE_BYTES = 255;
/** Most folders that a name may lie in. */
const MAX_SEGMENTS = 32;
/** Control characters, what Windows forbids, and what hides in a name or turns it around on the screen (Unicode TR 36). */
const FORBIDDEN =
  /[\p{Cc}"*:<>?|\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;
/** Halves of a pair that stand alone. */
const HALVES = /\p{Cs}/gu;

/** A name that stays in its folder and says what it is: `/` between segments, none of which is empty or leads elsewhere. */
export function safeName(name: string): string {
  const segments = name
    .normalize("NFC")
    .split(/[/\\]/)
    .map((segment) => segment.replace(FORBIDDEN, "_").replace(HALVES, "_").trim())
    .filter((segment) => /[^.\s]/.test(segment))
    .map((segment) => shortened(segment, MAX_BASE_BYTES));
  return segments.slice(-MAX_SEGMENTS).join("/") || "file";
}

/** The name without its folders. */
export function baseOf(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

/**
 * The names under which files of these names are unpacked: every file has one of its own, and none that is a folder of another, as
 * in the service's ZIP (`crates/transfer/src/zip/names.rs`). What would be lost otherwise gets a number.
 */
export function distinct(names: readonly string[]): string[] {
  const taken = new Set(names.flatMap(folders).map(placeOf));
  // Of many files of one name none begins to count anew.
  const next = new Map<string, number>();
  return names.map((name) => {
    const place = placeOf(name);
    if (!taken.has(place)) {
      taken.add(place);
      return name;
    }
    for (let number = next.get(place) ?? 2; ; number += 1) {
      const made = numbered(name, number);
      if (taken.has(placeOf(made))) continue;
      next.set(place, number + 1);
      taken.add(placeOf(made));
      return made;
    }
  });
}

/** Where a name leads on the narrowest of file systems: no cases, and neither dots nor blanks at the end. */
function placeOf(name: string): string {
  const segments = name.split("/").map((segment) => segment.replace(/[. ]+$/, "") || segment);
  return segments.join("/").toLowerCase();
}

/** `a/b/c.txt` lies in `a` and in `a/b`. */
function folders(name: string): string[] {
  const segments = name.split("/");
  return segments.slice(1).map((_, index) => segments.slice(0, index + 1).join("/"));
}

/** `folder/a.tar` with 2 is `folder/a (2).tar`. */
function numbered(name: string, number: number): string {
  const base = baseOf(name);
  const dot = base.lastIndexOf(".");
  const [stem, ending] = dot > 0 ? [base.slice(0, dot), base.slice(dot)] : [base, ""];
  const mark = ` (${number})`;
  const room = Math.max(0, MAX_BASE_BYTES - mark.length - byteLength(ending));
  return `${name.slice(0, name.length - base.length)}${cut(stem, room)}${mark}${ending}`;
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** As much of a text as has room, whole characters. */
function cut(text: string, bytes: number): string {
  let [kept, length] = ["", 0];
  for (const character of text) {
    length += byteLength(character);
    if (length > bytes) break;
    kept += character;
  }
  return kept;
}

/** A name that has room, with its ending. */
function shortened(base: string, bytes: number): string {
  if (byteLength(base) <= bytes) return base;
  const dot = base.lastIndexOf(".");
  const ending = dot > 0 && byteLength(base.slice(dot)) <= 16 ? base.slice(dot) : "";
  return cut(base.slice(0, base.length - ending.length), bytes - byteLength(ending)) + ending;
}
