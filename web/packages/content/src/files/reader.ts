/** Bytes fetched at a time: the next question is mostly about what follows. */
const AHEAD = 64 << 10;
/** Bytes and times that something is read of one file, as the service does. */
const BUDGET = 64 << 20;
const FETCHES = 2_000;

/** The file is not what it says it is. */
export class Damaged extends Error {}

/** Reads a file here and there, with a short memory and a limited budget. Fails with `Damaged` behind the end, and as the file does. */
export class Reader {
  readonly #file: Blob;
  #window: Uint8Array = new Uint8Array();
  #start = 0;
  #budget = BUDGET;
  #fetches = FETCHES;

  constructor(file: Blob) {
    this.#file = file;
  }

  get length(): number {
    return this.#file.size;
  }

  /** Exactly these bytes. */
  async read(at: number, length: number): Promise<Uint8Array> {
    if (at < 0 || at + length > this.length) throw new Damaged("it ends too early");
    if (at < this.#start || at + length > this.#start + this.#window.length) {
      const wanted = Math.min(Math.max(length, AHEAD), this.length - at);
      this.#budget -= wanted;
      this.#fetches -= 1;
      if (this.#budget < 0 || this.#fetches < 0) throw new Damaged("there is too much to be read");
      this.#window = new Uint8Array(await this.#file.slice(at, at + wanted).arrayBuffer());
      this.#start = at;
      if (this.#window.length < wanted) throw new Damaged("it ends too early");
    }
    return this.#window.subarray(at - this.#start, at - this.#start + length);
  }

  /** At most so many bytes of its end, and where they begin. */
  async tail(most: number): Promise<{ readonly at: number; readonly bytes: Uint8Array }> {
    const length = Math.min(this.length, most);
    const at = this.length - length;
    return { at, bytes: await this.read(at, length) };
  }
}
