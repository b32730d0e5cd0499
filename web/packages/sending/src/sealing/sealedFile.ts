/** What a file is called and made of, sealed. */
import type { Findings } from "@sealpost/content/files";
import {
  type Bytes,
  type ContentKey,
  Key,
  Manifest,
  readId,
  type TransferPlace,
  type UploadKey,
  wrapFileKey,
} from "@sealpost/sealed";
import { partSpan } from "@sealpost/sealed/range";

import type { Attempt } from "./vault.ts";

/** A file that has arrived. */
export interface Arrived {
  /** What the service knows upload and file by. */
  readonly id: string;
  /** Folders and name. */
  readonly name: string;
  readonly size: number;
  readonly type: string;
  readonly crc32: number;
  readonly key: UploadKey;
  readonly parts: readonly Attempt[];
  /** What it was found to be, if it was looked into. */
  readonly findings?: Findings | undefined;
}

export interface SealedFile {
  readonly id: Bytes;
  /** Its key, under the content key. */
  readonly fileKey: Bytes;
  /** Its manifest, under that. */
  readonly manifest: Bytes;
}

/** Seals what a file is called and made of, under a key of its own. */
export async function sealedFile(
  contentKey: ContentKey,
  transfer: TransferPlace,
  { id, name, size, type, crc32, key, parts }: Arrived,
): Promise<SealedFile> {
  const file = readId(id);
  const manifest = new Manifest({
    name: name.normalize("NFC"),
    mediaType: type,
    crc32,
    uploads: parts.length > 0 ? [{ id: file, key }] : [],
    parts: parts.map(({ salt }, index) => {
      const { start, end } = partSpan(size, index) ?? { start: 0, end: 0 };
      return { upload: 0, sequence: BigInt(index), length: end - start, salt };
    }),
  });
  const [fileKey, place] = [Key.generate<"file">(), { ...transfer, file }];
  return {
    id: file,
    fileKey: await wrapFileKey(contentKey, place, fileKey),
    manifest: await manifest.seal(fileKey, place),
  };
}
