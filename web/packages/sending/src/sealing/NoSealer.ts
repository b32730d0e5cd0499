/** What seals could not be started, or has ended: nothing can be sealed here. */
export class NoSealer extends Error {
  override readonly name = "NoSealer";
}
