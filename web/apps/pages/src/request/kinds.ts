import { FILE_KINDS, type FileKind } from "@sealpost/content/kinds";

/** Whether this page can say the word. A service that is newer may know more of them. */
export function isKind(word: string): word is FileKind {
  return FILE_KINDS.some((kind) => kind === word);
}
