/** The service's time: that of the device may be wrong, and what counts down or ends goes by the service. */

/** From here on it is worth a word, in milliseconds. */
const WRONG = 5 * 60_000;

export class ServiceClock {
  #ahead = 0;

  constructor(private readonly device: () => number = Date.now) {}

  /** Hears from the `Date` of an answer what time it is there. */
  hear(response: Pick<Response, "headers">): void {
    const there = Date.parse(response.headers.get("Date") ?? "");
    if (!Number.isNaN(there)) this.#ahead = there - this.device();
  }

  now(): Date {
    return new Date(this.device() + this.#ahead);
  }

  /** Seconds until then; never less than 0. */
  until(time: string): number {
    return Math.max(0, (Date.parse(time) - this.now().getTime()) / 1000);
  }

  /** Seconds by which the device's clock is wrong, if that is worth a word. */
  get wrong(): number | undefined {
    const off = Math.abs(this.#ahead);
    return off >= WRONG ? off / 1000 : undefined;
  }
}

/** The one of this page. */
export const clock = new ServiceClock();
