/** The worker that seals for a transfer: started when it is needed, and anew after it has failed. */

import type { SealedPart, UploadKey } from "@sealpost/sealed";
import { type PartPlace, type PasswordKey, type PasswordParameters, SealedError } from "@sealpost/sealed";
import { type Sealer, type Span, startSealer } from "@sealpost/sealed/sealer";

import { FileChanged } from "../upload/read.ts";
import { NoSealer } from "./NoSealer.ts";

export class Sealers {
  #sealer: Sealer | undefined;

  /** Starts what starts workers: `startSealer` outside of tests. */
  constructor(private readonly start: () => Sealer = startSealer) {}

  /** Seals what a file has in `span`, or all. Fails with [`FileChanged`] when that cannot be read, with [`NoSealer`] when there is no worker. */
  seal(source: Blob, key: UploadKey, place: PartPlace, span?: Span): Promise<SealedPart> {
    return this.#ask((sealer) => sealer.seal(source, key, place, span));
  }

  /** Closes a file, of which nothing more is sealed for now. */
  leave(source: Blob): void {
    this.#sealer?.leave(source);
  }

  /** The key of a password, made by a worker of its own: the memory that it takes goes with it. Fails with [`NoSealer`]. */
  async derive(password: string, parameters: PasswordParameters): Promise<PasswordKey> {
    const apart = new Sealers(this.start);
    try {
      return await apart.#ask((sealer) => sealer.derive(password, parameters));
    } finally {
      apart.close();
    }
  }

  /** Gives the memory of a part back that nobody needs any more. */
  recycle(part: SealedPart): void {
    this.#sealer?.recycle(part);
  }

  close(): void {
    this.#sealer?.close();
    this.#sealer = undefined;
  }

  async #ask<Done>(task: (sealer: Sealer) => Promise<Done>): Promise<Done> {
    try {
      this.#sealer ??= this.start();
    } catch {
      throw new NoSealer();
    }
    const sealer = this.#sealer;
    try {
      return await task(sealer);
    } catch (error) {
      if (!(error instanceof SealedError)) throw error;
      if (error.kind === "source") throw new FileChanged();
      // What has failed once does nothing any more.
      if (this.#sealer === sealer) this.close();
      throw new NoSealer();
    }
  }
}
