/** Names of files that the service does not take, told before anything is sent (`crates/domain/src/name.rs`). */

const MOST_SEGMENT_BYTES = 255;
const MOST_BYTES = 1024;
const MOST_SEGMENTS = 32;

/** Control characters, and those that turn `gpj.exe` into `exe.jpg` on a screen or hide in a name (Unicode TR 36). */
const DECEPTIVE =
  /[\p{Cc}\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/u;

export type NameFault = "character" | "path" | "long";

/** What is wrong with a name, folders included; nothing if the service takes it. */
export function nameFault(name: string): NameFault | undefined {
  const normal = name.normalize("NFC");
  const segments = normal.split("/");
  const bytes = (text: string) => new TextEncoder().encode(text).length;
  if (DECEPTIVE.test(normal)) return "character";
  if (normal.includes("\\") || /^[a-z]:/i.test(normal)) return "path";
  if (segments.some((segment) => /^[.\s]*$/u.test(segment))) return "path";
  const long = segments.length > MOST_SEGMENTS || bytes(normal) > MOST_BYTES;
  return long || segments.some((segment) => bytes(segment) > MOST_SEGMENT_BYTES) ? "long" : undefined;
}
