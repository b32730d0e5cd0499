/** Has browsers look for memory that nobody uses any more. */

/** Bytes that were forgotten before a browser is to look. */
const OFTEN = 8 * 2 ** 20;
/** As much more makes Chromium look. */
const ENOUGH = 64 * 2 ** 20;

let given = 0;

/**
 * Counts what WebCrypto gives, what requests are made of, what they bring, and what a page is drawn with: it is used once and forgotten.
 * Nobody can say so to a browser, which by itself lets some 100 MiB of it come together: it goes by what there seems to be. So it is shown
 * memory that is there by name only, because nobody writes into it.
 */
export function forgotten(bytes: number): void {
  given += bytes;
  if (given < OFTEN) return;
  given = 0;
  try {
    // By this way no bundler takes it for something that can be left out.
    Reflect.construct(ArrayBuffer, [ENOUGH]);
  } catch {
    // Where there is not as much, a browser looks all the same.
  }
}
