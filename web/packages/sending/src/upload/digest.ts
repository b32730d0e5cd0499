/** What was read of a file, as numbers: by them it is known again after the page was closed. */
import { crc32 } from "@sealpost/sealed/crc32";

/** Bytes between two marks. */
export const MARK = 4 * 1024 * 1024;

export class Digest {
  #at = 0;
  #crc = 0;
  readonly #marks: number[] = [];

  /** Bytes that were read. */
  get at(): number {
    return this.#at;
  }

  /** CRC-32 of all of them. */
  get crc(): number {
    return this.#crc;
  }

  /** CRC-32 of everything up to each multiple of `MARK`. */
  get marks(): readonly number[] {
    return this.#marks;
  }

  /** Takes what stands in the file from `start` on; what was taken before counts once. There must be no gap. */
  take(start: number, bytes: Uint8Array): void {
    if (start > this.#at) throw new RangeError("a gap in what is read");
    let rest = bytes.subarray(this.#at - start);
    while (rest.length > 0) {
      const some = rest.subarray(0, MARK - (this.#at % MARK));
      this.#crc = crc32(some, this.#crc);
      this.#at += some.length;
      if (this.#at % MARK === 0) this.#marks.push(this.#crc);
      rest = rest.subarray(some.length);
    }
  }
}
