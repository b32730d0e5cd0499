/** Why something did not seal or open, in words for logs. What people are told is the page's to say. */
const WORDS = {
  chunk: "a sealed chunk is damaged or not in its place",
  closed: "nobody seals any more: it was closed",
  commitment: "sealed with another key, for another place, or damaged at the start",
  contents: "not a list of what is in a transfer",
  derivation: "the password's key could not be made",
  fragment: "not the secret part of a link",
  key_length: "a key of the wrong length",
  length: "sealed bytes of an impossible length",
  locked: "it does not open",
  manifest: "not a manifest",
  password_parameters: "password parameters that cannot be read",
  public_key: "not a public key",
  recovery_file: "not a file of a recovery key",
  salt: "a part of another attempt",
  source: "the file cannot be read, or has changed",
  text: "sealed text that is not UTF-8",
  worker: "the worker has failed",
} as const;

/**
 * What went wrong. Whatever a person's secret guards (a content key under an access key, private keys, recovery keys) fails as
 * `locked` alone, be it a wrong password, another key, another place or damage: whoever tries is not told which.
 */
export type Fault = keyof typeof WORDS;

export class SealedError extends Error {
  override readonly name = "SealedError";
  readonly kind: Fault;
  /** Which rule is broken, if there are several. */
  readonly more: string;

  /** `cause` is what has failed below. */
  constructor(kind: Fault, more = "", cause?: unknown) {
    super(more === "" ? WORDS[kind] : `${WORDS[kind]}: ${more}`, cause === undefined ? {} : { cause });
    this.kind = kind;
    this.more = more;
  }
}

/** As what it gives, and every refusal to open as `locked`. */
export async function locked<T>(opening: Promise<T>): Promise<T> {
  try {
    return await opening;
  } catch (error) {
    throw error instanceof SealedError ? new SealedError("locked") : error;
  }
}
