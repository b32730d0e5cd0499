import table from "./extensions.json" with { type: "json" };
import { type FileKind, isActive } from "./kinds.ts";

/** What extensions promise: the table of `crates/domain/src/rules/types/extension.rs`, whose tests compare both. */
const PROMISES = new Map<string, readonly FileKind[]>(
  Object.entries(table).flatMap(([kinds, words]) =>
    words.split(" ").map((word) => [word, kinds.split(" ") as FileKind[]] as const),
  ),
);

/** How a name deceives whoever reads it. */
export type NameTrick =
  | "deceptive_characters"
  | "device_name"
  | "double_extension"
  | "hidden_extension"
  | "path_traversal"
  | "stream_name";

/** What a name says, as Windows would read it: `crates/domain/src/rules/types/name.rs`. */
export interface NameTraits {
  readonly extension: string | undefined;
  readonly trick: NameTrick | undefined;
  /** What the extension promises; nothing if it says nothing to us. */
  readonly kinds: readonly FileKind[];
  /** Whether a file with this extension may run something when it is opened. */
  readonly isActive: boolean;
}

const HIDING_BLANKS = " ".repeat(8);
const DEVICES = ["AUX", "CLOCK$", "CON", "CONIN$", "CONOUT$", "NUL", "PRN"];
const DECEPTIVE =
  /[\p{Cc}\u{61c}\u{180e}\u{200b}\u{200e}\u{200f}\u{2028}-\u{202e}\u{2060}-\u{2069}\u{feff}\u{fff9}-\u{fffb}\u{e0000}-\u{e007f}]/u;

/** What an extension promises. */
export function promised(extension: string | undefined): readonly FileKind[] {
  return (extension !== undefined && PROMISES.get(extension)) || [];
}

/** An extension in its one spelling; nothing if it can be none. */
export function extensionOf(text: string): string | undefined {
  const word = text.replace(/^\./, "").toLowerCase();
  const fits =
    /^[\p{Alphabetic}\p{Number}\-_+~$!]+$/u.test(word) && new TextEncoder().encode(word).length <= 32;
  return fits ? word : undefined;
}

/** What a name says, folders before it included. */
export function traitsOf(name: string): NameTraits {
  const base = name.slice(Math.max(name.lastIndexOf("/"), name.lastIndexOf("\\")) + 1);
  // `a.exe::$DATA` is `a.exe`, and of `a.txt:b.exe` both could be meant: what can run counts.
  const [first, ...others] = base.split(":").map(behindDot);
  const runs = (extension: string | undefined) => promised(extension).some(isActive);
  const extension = runs(first) ? first : (others.find(runs) ?? first);
  const trick = trickOf(name, base, runs(extension));
  return { extension, trick, kinds: promised(extension), isActive: runs(extension) };
}

/** Whether a name promises an archive. */
export function isArchive(name: string): boolean {
  return traitsOf(name).kinds.includes("archive");
}

function behindDot(name: string): string | undefined {
  const end = endOf(name);
  const dot = end.lastIndexOf(".");
  return dot < 0 ? undefined : extensionOf(end.slice(dot + 1).trim());
}

/** A name without what Windows cuts off its end. */
function endOf(name: string): string {
  return name.replace(/[.\s\p{Cc}]+$/u, "");
}

function trickOf(name: string, base: string, active: boolean): NameTrick | undefined {
  if (DECEPTIVE.test(name)) return "deceptive_characters";
  const segments = name.split(/[/\\]/);
  const upwards = segments.some((segment) => segment.trim() === "..");
  if (/^[a-z]:/i.test(name) || /^[/\\]/.test(name) || upwards) return "path_traversal";
  if (base.includes(":")) return "stream_name";
  if (segments.some(isDevice)) return "device_name";
  const end = endOf(base);
  const dot = end.lastIndexOf(".");
  if (!active || dot < 0) return undefined;
  const stem = end.slice(0, dot);
  const pushed = /\s$/.test(stem) && stem.trim() !== "";
  if (pushed || base.replace(/\s/g, " ").includes(HIDING_BLANKS)) return "hidden_extension";
  const before = promised(behindDot(stem));
  return before.length > 0 && !before.some(isActive) ? "double_extension" : undefined;
}

/** `con`, `con.txt`, `com1`, and the same with blanks behind them. */
function isDevice(segment: string): boolean {
  const stem = (segment.split(/[.:]/)[0] ?? "").trimEnd().toUpperCase();
  return /^(?:COM|LPT)[1-9¹²³]$/.test(stem) || DEVICES.includes(stem);
}
