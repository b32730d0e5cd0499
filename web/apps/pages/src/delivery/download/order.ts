/** What is to be saved, as pages and the worker that serves downloads hand it to each other. */
import type { Bytes } from "@sealpost/sealed";

/** A file of the delivery, with what opens it. */
export interface SealedFile {
  /** Where its sealed bytes are. */
  readonly url: string;
  readonly tenant: Bytes;
  /** The encoded manifest, which holds the keys of its uploads. */
  readonly manifest: Bytes;
}

/** A stretch of what is saved: bytes as they are, or all of a file. */
export type Piece = { readonly bytes: Bytes } | { readonly file: SealedFile };

export interface Order {
  /** What it is saved as: no folders. */
  readonly name: string;
  readonly type: string;
  /** Bytes. */
  readonly length: number;
  /** The right to fetch. */
  readonly grant: string;
  readonly pieces: readonly Piece[];
}

/**
 * Why nothing whole was saved: `altered`, because what came is not what was sent; `lost`, because the connection was, for long;
 * `over`, because the right to fetch or the delivery has ended; `used_up`, because it was fetched as often as the sender allowed;
 * `cancelled` by a person; `unsaved`, because the browser could not write it.
 */
export type Failure = "altered" | "lost" | "over" | "used_up" | "cancelled" | "unsaved";

export class DownloadError extends Error {
  override readonly name = "DownloadError";

  constructor(readonly why: Failure) {
    super(why);
  }
}
