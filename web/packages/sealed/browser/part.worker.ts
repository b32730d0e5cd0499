/** One part from memory, over and over, with as many calls under way as one likes: what `CALLS` of `message.ts` was chosen by. */
import { crc32 } from "../src/crc32.ts";
import { Key } from "../src/key.ts";
import { MessageOpener, MessageSealer } from "../src/message.ts";

const MIB = 2 ** 20;

export interface Part {
  /** To open there must be something sealed, each time. */
  readonly step: "seal" | "open" | "crc32";
  readonly mib: number;
  readonly calls: number;
  readonly times: number;
}

async function measure({ step, mib, calls, times }: Part): Promise<void> {
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
