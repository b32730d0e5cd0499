/** CRC-32 (ISO HDLC, as ZIP has it), sixteen bytes at a time, and combinable: a file's comes from those of its parts. */

const POLYNOMIAL = 0xedb88320;
/** Table `k`, from `256 * k`, moves a byte over `k` more bytes. */
const TABLES = tables();
/** Words are read as the machine has them. */
const IS_LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

function tables(): Int32Array {
  const made = new Int32Array(16 * 256);
  for (let byte = 0; byte < 256; byte += 1) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    made[byte] = crc;
  }
  for (let index = 256; index < made.length; index += 1) {
    const before = at(made, index - 256);
    made[index] = (before >>> 8) ^ at(made, before & 255);
  }
  return made;
}

/** Nobody asks for an index that is not there; what the compiler cannot know costs nothing this way. */
function at(numbers: Int32Array | Uint8Array, index: number): number {
  return numbers[index] as number;
}

/** The checksum of `bytes`, going on from that of what stands before. */
export function crc32(bytes: Uint8Array, before = 0): number {
  // Words begin at a multiple of four of the memory.
  const ahead = IS_LITTLE_ENDIAN ? Math.min(-bytes.byteOffset & 3, bytes.length) : bytes.length;
  const blocks = (bytes.length - ahead) >>> 4;
  const words = new Int32Array(
    bytes.buffer,
    ahead === bytes.length ? 0 : bytes.byteOffset + ahead,
    blocks * 4,
  );
  let crc = single(bytes, 0, ahead, ~before);
  for (let word = 0; word < words.length; word += 4) {
    const one = crc ^ at(words, word);
    const two = at(words, word + 1);
    const three = at(words, word + 2);
    const four = at(words, word + 3);
    // What needs the sum of before comes last: until then the processor has looked all others up.
    crc =
      at(TABLES, 2816 + (two & 255)) ^
      at(TABLES, 2560 + ((two >>> 8) & 255)) ^
      at(TABLES, 2304 + ((two >>> 16) & 255)) ^
      at(TABLES, 2048 + (two >>> 24)) ^
      at(TABLES, 1792 + (three & 255)) ^
      at(TABLES, 1536 + ((three >>> 8) & 255)) ^
      at(TABLES, 1280 + ((three >>> 16) & 255)) ^
      at(TABLES, 1024 + (three >>> 24)) ^
      at(TABLES, 768 + (four & 255)) ^
      at(TABLES, 512 + ((four >>> 8) & 255)) ^
      at(TABLES, 256 + ((four >>> 16) & 255)) ^
      at(TABLES, four >>> 24) ^
      at(TABLES, 3840 + (one & 255)) ^
      at(TABLES, 3584 + ((one >>> 8) & 255)) ^
      at(TABLES, 3328 + ((one >>> 16) & 255)) ^
      at(TABLES, 3072 + (one >>> 24));
  }
  return ~single(bytes, ahead + blocks * 16, bytes.length, crc) >>> 0;
}

function single(bytes: Uint8Array, start: number, end: number, before: number): number {
  let crc = before;
  for (let index = start; index < end; index += 1)
    crc = (crc >>> 8) ^ at(TABLES, (crc ^ at(bytes, index)) & 255);
  return crc;
}

/** The checksum of two joined runs of bytes from the checksums of each and the length of the second. */
export function combine(first: number, second: number, secondLength: number): number {
  // What stands first is moved up by as many bytes: times x^8 for each, modulo the polynomial. Bit 31 is x^0.
  let moved = 1 << 31;
  let power = 1 << 23;
  for (let rest = secondLength; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) moved = multiply(power, moved);
    power = multiply(power, power);
  }
  return (multiply(moved, first) ^ second) >>> 0;
}

/** The product of two polynomials, modulo CRC-32's. */
function multiply(one: number, other: number): number {
  let product = 0;
  let shifted = other;
  for (let bit = 31; bit >= 0; bit -= 1) {
    if ((one >>> bit) & 1) product ^= shifted;
    shifted = shifted & 1 ? (shifted >>> 1) ^ POLYNOMIAL : shifted >>> 1;
  }
  return product;
}
