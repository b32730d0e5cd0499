/** Words of the rules about files that this page can say. */

const KINDS = [
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

type Kind = (typeof KINDS)[number];

/** A service that is newer may know more of them. */
export function isKind(word: string): word is Kind {
  return KINDS.some((kind) => kind === word);
}
