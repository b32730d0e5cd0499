/** One part from memory, over and over, with as many calls under way as one likes: what `CALLS` of `message.ts` was chosen by. */
import { crc32 } from "../src/crc32.ts";
import { Key } from "../src/key.ts";
import { MessageOpener, MessageSealer } from "../src/message.ts";
import { PartOpener, sealPart } from "../src/part.ts";
import { HEADER_LENGTH, objectRange } from "../src/range.ts";

const MIB = 2 ** 20;

export interface Part {
  /** To `open` there must be something sealed, each time; `deliver` opens one part as a delivery does, over and over. */
  readonly step: "seal" | "open" | "crc32" | "deliver";
  readonly mib: number;
  readonly calls: number;
  readonly times: number;
}

/** Window by window, each of which comes in memory of its own, with the checksum of all. */
async function deliver(mib: number, times: number): Promise<void> {
  const key = Key.from<"upload">(new Uint8Array(32).fill(7));
  const place = { tenant: new Uint8Array(16), upload: new Uint8Array(16), sequence: 0n };
  const { salt, length, bytes } = await sealPart(key, place, new Blob([new Uint8Array(mib * MIB)]));
  let sum = 0;
  for (let time = 0; time < times; time += 1) {
    const opener = await PartOpener.begin(key, place, salt, bytes.subarray(0, HEADER_LENGTH));
    for (let start = 0; start < length; start += MIB) {
      const range = objectRange(length, start, Math.min(start + MIB, length));
      if (!range) throw new Error("a range of the part");
      sum = crc32(await opener.open(range, bytes.slice(range.start, range.end)), sum);
    }
  }
}

async function measure({ step, mib, calls, times }: Part): Promise<void> {
  if (step === "deliver") return deliver(mib, times);
  const key = Key.from<"content">(new Uint8Array(32).fill(7));
  const context = new Uint8Array(8);
  const plain = new Uint8Array(mib * MIB);
  for (let time = 0; time < times; time += 1) {
    if (step === "crc32") {
      crc32(plain);
      continue;
    }
    const salt = crypto.getRandomValues(new Uint8Array(24));
    const sealer = await MessageSealer.begin(key, context, salt, plain.length);
    await sealer.seal(0, plain, calls);
    if (step === "seal") continue;
    const opener = await MessageOpener.begin(key, context, sealer.message.slice(0, 56));
    await opener.open(0, sealer.message.subarray(56), sealer.message, calls);
  }
}

globalThis.addEventListener("message", async ({ data }: MessageEvent<Part>) => {
  await measure(data);
  globalThis.postMessage("done");
});
