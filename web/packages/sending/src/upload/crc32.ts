/** CRC-32 as ZIP has it (ISO 3309), eight bytes at a time: what the service knows a finished file by. */

/** Table `k`, from `256 * k`, moves a byte over `k` more bytes. */
const TABLES = tables();

function tables(): Int32Array {
  const made = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte += 1) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
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

/** Goes on from the CRC-32 of what stands before. */
export function crc32(bytes: Uint8Array, before = 0): number {
  let crc = ~before;
  let index = 0;
  for (const end = bytes.length - 7; index < end; index += 8) {
    const low =
      crc ^
      (at(bytes, index) |
        (at(bytes, index + 1) << 8) |
        (at(bytes, index + 2) << 16) |
        (at(bytes, index + 3) << 24));
    crc =
      at(TABLES, 1792 + (low & 255)) ^
      at(TABLES, 1536 + ((low >>> 8) & 255)) ^
      at(TABLES, 1280 + ((low >>> 16) & 255)) ^
      at(TABLES, 1024 + (low >>> 24)) ^
      at(TABLES, 768 + at(bytes, index + 4)) ^
      at(TABLES, 512 + at(bytes, index + 5)) ^
      at(TABLES, 256 + at(bytes, index + 6)) ^
      at(TABLES, at(bytes, index + 7));
  }
  for (; index < bytes.length; index += 1) crc = (crc >>> 8) ^ at(TABLES, (crc ^ at(bytes, index)) & 255);
  return ~crc >>> 0;
}
