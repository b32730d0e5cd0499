/** Reading files of the person's device, which may change or go away meanwhile. */
import { Digest, MARK } from "./digest.ts";

/** The file is not what it was when it was chosen, or cannot be read any more. */
export class FileChanged extends Error {
  override readonly name = "FileChanged";
}

/** The file that was chosen again is not the one that was begun. */
export class OtherFile extends Error {
  override readonly name = "OtherFile";
}

export async function read(file: Blob, start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
  // Browsers refuse to read what was changed since it was chosen; those that do not may read less.
  const bytes = await file
    .slice(start, end)
    .arrayBuffer()
    .catch(() => {
      throw new FileChanged();
    });
  if (bytes.byteLength !== end - start) throw new FileChanged();
  return new Uint8Array(bytes);
}

/** Reads on from where the digest stands. */
export async function readUpTo(
  file: Blob,
  end: number,
  digest: Digest,
  onRead: (bytes: number) => void = () => {},
): Promise<void> {
  while (digest.at < end) {
    digest.take(digest.at, await read(file, digest.at, Math.min(end, digest.at + MARK)));
    onRead(digest.at);
  }
}

/**
 * Reads what the service has of a file already, and compares it with the marks that were kept when it went there. What
 * stands behind the last of them is compared when all has arrived.
 */
export async function compare(
  file: Blob,
  stored: number,
  marks: readonly number[],
  onRead: (bytes: number) => void,
): Promise<Digest> {
  if (stored > file.size) throw new OtherFile();
  const digest = new Digest();
  await readUpTo(file, stored, digest, (bytes) => {
    const last = digest.marks.length - 1;
    const kept = marks[last];
    if (kept !== undefined && kept !== digest.marks[last]) throw new OtherFile();
    onRead(bytes);
  });
  return digest;
}
