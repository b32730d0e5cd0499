/** Numbers and words in bytes of which nobody knows how many there are. Little-endian; `undefined` behind the end. */

export function u16(bytes: Uint8Array, at: number): number | undefined {
  const [low, high] = [bytes[at], bytes[at + 1]];
  return low === undefined || high === undefined ? undefined : low + high * 0x100;
}

export function u32(bytes: Uint8Array, at: number): number | undefined {
  const [low, high] = [u16(bytes, at), u16(bytes, at + 2)];
  return low === undefined || high === undefined ? undefined : low + high * 0x1_0000;
}

/** Exact up to 2^53, which no file reaches. */
export function u64(bytes: Uint8Array, at: number): number | undefined {
  const [low, high] = [u32(bytes, at), u32(bytes, at + 4)];
  return low === undefined || high === undefined ? undefined : low + high * 0x1_0000_0000;
}

/** A word of Latin letters, one byte each. */
export function bytesOf(word: string): Uint8Array {
  return Uint8Array.from(word, (letter) => letter.charCodeAt(0));
}

export function standsAt(bytes: Uint8Array, at: number, what: string | Uint8Array): boolean {
  const wanted = typeof what === "string" ? bytesOf(what) : what;
  return at + wanted.length <= bytes.length && wanted.every((byte, index) => bytes[at + index] === byte);
}

/** Where a word stands first, from a place on; -1 if nowhere. */
export function find(bytes: Uint8Array, word: string, from = 0): number {
  const first = word.charCodeAt(0);
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (standsAt(bytes, at, word)) return at;
  }
  return -1;
}

/** Where it stands last; -1 if nowhere. */
export function findLast(bytes: Uint8Array, word: string): number {
  const first = word.charCodeAt(0);
  for (let at = bytes.lastIndexOf(first); at >= 0; at = at === 0 ? -1 : bytes.lastIndexOf(first, at - 1)) {
    if (standsAt(bytes, at, word)) return at;
  }
  return -1;
}
