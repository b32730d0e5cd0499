/** What is saved of what was opened: a file, or all as one ZIP. */

import { baseOf, distinct } from "./download/names.ts";
import type { Order, Piece, SealedFile } from "./download/order.ts";
import { layout } from "./download/zip.ts";
import type { Opened, OpenedFile } from "./unlock.ts";

/** A file that opens. */
export type WholeFile = OpenedFile & {
  readonly name: string;
  readonly manifest: NonNullable<OpenedFile["manifest"]>;
};

export function isWhole(file: OpenedFile): file is WholeFile {
  return file.manifest !== undefined;
}

export function orderOfFile(opened: Opened, file: WholeFile): Order {
  const { manifest, name } = file;
  return {
    name: baseOf(name),
    type: manifest.mediaType,
    length: manifest.length,
    grant: opened.grant,
    pieces: [{ file: sealed(opened, file) }],
  };
}

/** All files; only where every one of them opens, so that nobody takes some for all. */
export function orderOfAll(opened: Opened, files: readonly WholeFile[], now: Date): Order {
  const names = distinct(files.map(({ name }) => name));
  const entries = files.map(({ manifest }, at) => ({
    name: names[at] as string,
    size: manifest.length,
    crc32: manifest.crc32,
  }));
  const { before, behind, length } = layout(entries, now);
  const pieces: Piece[] = files.flatMap((file, at) => {
    const bytes = before[at];
    return bytes ? [{ bytes }, { file: sealed(opened, file) }] : [];
  });
  return {
    name: `sealpost-${opened.transfer}.zip`,
    type: "application/zip",
    length,
    grant: opened.grant,
    pieces: [...pieces, { bytes: behind }],
  };
}

function sealed({ delivery, place }: Opened, { id, manifest }: WholeFile): SealedFile {
  const url = `/api/v1/deliveries/${delivery.id}/files/${id}/content`;
  return {
    url: new URL(url, location.origin).href,
    tenant: new Uint8Array(place.tenant),
    manifest: manifest.encode(),
  };
}
