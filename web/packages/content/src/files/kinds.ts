/** What a file can be, as far as rules tell files apart: `FileKind` in `crates/domain/src/rules/types/kind.rs`. */
export const FILE_KINDS = [
  "archive",
  "audio",
  "database",
  "disk_image",
  "ebook",
  "email",
  "encrypted_archive",
  "encrypted_document",
  "executable",
  "font",
  "image",
  "installer",
  "model",
  "office",
  "office_macros",
  "other",
  "pdf",
  "script",
  "shortcut",
  "text",
  "unknown",
  "video",
  "web",
] as const;

export type FileKind = (typeof FILE_KINDS)[number];

/** Whether a double click may run something. */
export function isActive(kind: FileKind): boolean {
  return ["disk_image", "executable", "installer", "script", "shortcut"].includes(kind);
}

/** What is inside of an archive, at its top level. */
export interface ArchiveFindings {
  /** Why its list of contents cannot be relied on. */
  readonly damaged?: string;
  /** What could not be looked into. */
  readonly closed?: string;
  /** The name of something that opens with a password only. */
  readonly encrypted?: string;
  readonly entries: number;
  readonly packed: number;
  readonly unpacked: number;
  readonly names: readonly string[];
}

/** What a file really is. */
export interface Findings {
  /** What it is called: `pe`, `zip`, `ooxml` … */
  readonly format: string;
  /** What it is; at least one, in order. */
  readonly kinds: readonly FileKind[];
  readonly archive?: ArchiveFindings;
}
