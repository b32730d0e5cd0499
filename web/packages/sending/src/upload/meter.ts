/** How fast bytes go: over the last seconds, so that a pause or a faster line shows soon. */

/** Milliseconds that are looked back. */
const WINDOW = 8000;
/** Before this much time there is too little to go by. */
const LEAST = 500;

export class Meter {
  #seen: { readonly at: number; readonly bytes: number }[] = [];

  /** Notes how many bytes have gone in all at a time in milliseconds. What was sent in vain counts down again. */
  note(bytes: number, at: number): void {
    const last = this.#seen.at(-1);
    if (last && bytes < last.bytes) this.#seen = [];
    this.#seen.push({ at, bytes });
    // One from before the window stays: it is where the window begins.
    while (this.#seen[1] && this.#seen[1].at <= at - WINDOW) this.#seen.shift();
  }

  /** Forgets what was: nothing goes for a while. */
  stop(): void {
    this.#seen = [];
  }

  /** Bytes in a second; nothing as long as that is a guess. */
  get speed(): number | undefined {
    const [first, last] = [this.#seen[0], this.#seen.at(-1)];
    if (!first || !last || last.at - first.at < LEAST) return undefined;
    return ((last.bytes - first.bytes) * 1000) / (last.at - first.at);
  }
}
