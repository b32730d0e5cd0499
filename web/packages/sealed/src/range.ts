/**
 * Where plaintext lies in sealed bytes: arithmetic alone. Lengths and offsets are whole numbers up to 2^53 - 1.
 *
 * A message is a header of 56 bytes and then chunks. Every chunk but the last holds 16,384 bytes of plaintext in 16,400; the
 * last holds fewer, possibly none.
 */

/** Plaintext bytes of every chunk but the last, which has fewer. */
export const CHUNK_LENGTH = 16 * 1024;
/** Bytes that sealing adds to a chunk. */
export const TAG_LENGTH = 16;
/** Sealed bytes of every chunk but the last. */
export const SEALED_CHUNK_LENGTH = CHUNK_LENGTH + TAG_LENGTH;
/** Bytes of a message's salt. */
export const SALT_LENGTH = 24;
/** Bytes before the first chunk: salt and commitment. */
export const HEADER_LENGTH = 56;
/** Most plaintext bytes of a part: 64 MiB. */
export const MAX_PART_LENGTH = 64 * 1024 * 1024;

const MIB = 2 ** 20;
const GIB = 2 ** 30;

/** Plaintext bytes of each part but the last of a file: 8 MiB; 16, 32 and 64 MiB in files over 64, 128 and 256 GiB. */
export function partLength(fileLength: number): number {
  if (fileLength > 256 * GIB) return MAX_PART_LENGTH;
  if (fileLength > 128 * GIB) return 32 * MIB;
  return fileLength > 64 * GIB ? 16 * MIB : 8 * MIB;
}

/** Which bytes of the file a part has, and which bytes of what is uploaded. */
export interface PartSpan {
  readonly start: number;
  readonly end: number;
  readonly sealedStart: number;
  readonly sealedEnd: number;
}

/** How many parts a file has. One of no bytes has none. */
export function partCount(fileLength: number): number {
  return Math.ceil(fileLength / partLength(fileLength));
}

/** The part at `index` of a file; nothing behind the last. */
export function partSpan(fileLength: number, index: number): PartSpan | undefined {
  const length = partLength(fileLength);
  if (!Number.isInteger(index) || index < 0 || index >= partCount(fileLength)) return undefined;
  const start = index * length;
  const end = Math.min(start + length, fileLength);
  const sealedStart = index * objectLength(length);
  return { start, end, sealedStart, sealedEnd: sealedStart + objectLength(end - start) };
}

/** Bytes of what is uploaded of a file: its sealed parts, one after another. */
export function uploadLength(fileLength: number): number {
  return partSpan(fileLength, partCount(fileLength) - 1)?.sealedEnd ?? 0;
}

/** The part that the byte at `offset` of what is uploaded belongs to; nothing at its end. */
export function partHolding(fileLength: number, offset: number): number | undefined {
  if (offset < 0 || offset >= uploadLength(fileLength)) return undefined;
  return Math.floor(offset / objectLength(partLength(fileLength)));
}

/** The number of the chunk that holds the plaintext byte at `offset`. */
export function chunkHolding(offset: number): number {
  return Math.floor(offset / CHUNK_LENGTH);
}

/** Where in the message a chunk begins. */
export function chunkStart(chunk: number): number {
  return HEADER_LENGTH + chunk * SEALED_CHUNK_LENGTH;
}

/** How many chunks plaintext makes: at least one, because a last chunk always follows. */
export function chunkCount(length: number): number {
  return chunkHolding(length) + 1;
}

/** Sealed bytes of a message of `length` plaintext bytes. */
export function objectLength(length: number): number {
  return chunkStart(chunkHolding(length)) + (length % CHUNK_LENGTH) + TAG_LENGTH;
}

/** Plaintext bytes of a message of that many sealed ones; nothing when no message is that long. */
export function plainLength(sealed: number): number | undefined {
  const body = sealed - HEADER_LENGTH;
  const last = (body % SEALED_CHUNK_LENGTH) - TAG_LENGTH;
  if (body < 0 || last < 0) return undefined;
  return Math.floor(body / SEALED_CHUNK_LENGTH) * CHUNK_LENGTH + last;
}

/** What to fetch of a part's object to read some of its plaintext, and what to keep of what was opened. */
export interface ObjectRange {
  /** The chunk that the fetched bytes begin with. */
  readonly firstChunk: number;
  /** The bytes of the object to fetch: whole chunks. */
  readonly start: number;
  readonly end: number;
  /** Plaintext bytes before the wanted ones in the first chunk. */
  readonly skip: number;
  /** Wanted plaintext bytes. */
  readonly length: number;
}

/** For the bytes from `start` to `end` of a part of `length` bytes; nothing unless they are some, and lie in the part. */
export function objectRange(length: number, start: number, end: number): ObjectRange | undefined {
  if (!(0 <= start && start < end && end <= length && length <= MAX_PART_LENGTH)) return undefined;
  const firstChunk = chunkHolding(start);
  const whole = objectLength(length);
  // With the last chunk, even if it is empty: it says that the part ends here, and no byte goes unchecked.
  const fetchedEnd = end === length ? whole : Math.min(chunkStart(chunkHolding(end - 1) + 1), whole);
  return {
    firstChunk,
    start: chunkStart(firstChunk),
    end: fetchedEnd,
    skip: start % CHUNK_LENGTH,
    length: end - start,
  };
}
