/** How many sealed bytes the page has at once, whatever is sent: parts wait here until others have gone. */

/** Bytes for parts of all files together. One part alone may have more. */
const MOST = 40 * 1024 * 1024;

interface Waiting {
  readonly bytes: number;
  readonly enter: () => void;
}

export class Room {
  #taken = 0;
  #queue: Waiting[] = [];

  constructor(private readonly most: number = MOST) {}

  /** Waits, in order, until there is room for so many bytes; what is called with the answer gives it back, once. */
  take(bytes: number, signal?: AbortSignal): Promise<() => void> {
    return new Promise((done, failed) => {
      signal?.throwIfAborted();
      const giveUp = () => {
        this.#queue = this.#queue.filter((other) => other !== waiting);
        failed(signal?.reason);
        this.#admit();
      };
      const waiting = {
        bytes,
        enter: () => {
          signal?.removeEventListener("abort", giveUp);
          let isTaken = true;
          done(() => {
            if (isTaken) this.#give(bytes);
            isTaken = false;
          });
        },
      };
      signal?.addEventListener("abort", giveUp);
      this.#queue.push(waiting);
      this.#admit();
    });
  }

  #give(bytes: number): void {
    this.#taken -= bytes;
    this.#admit();
  }

  #admit(): void {
    for (let next = this.#queue[0]; next; next = this.#queue[0]) {
      if (this.#taken > 0 && this.#taken + next.bytes > this.most) return;
      this.#queue.shift();
      this.#taken += next.bytes;
      next.enter();
    }
  }
}
